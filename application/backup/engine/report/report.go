// Package report says how far the work is: JSON lines for CloudWatch, plain ones for a terminal. Whatever is said goes
// through one writer that knows the password and would strike it out.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Reporter may be used by several goroutines.
type Reporter struct {
	out    io.Writer
	json   bool
	secret string
	lock   sync.Mutex

	phase   string
	begun   time.Time
	total   atomic.Int64
	weight  atomic.Int64
	rows    atomic.Uint64
	bytes   atomic.Uint64
	ticking chan struct{}
	stopped chan struct{}
}

// New reporter; secret is struck out of everything.
func New(out io.Writer, asJSON bool, secret string) *Reporter {
	return &Reporter{out: out, json: asJSON, secret: secret}
}

// Say writes one line: an event with its facts, or as text for people.
func (r *Reporter) Say(event, text string, facts map[string]any) {
	if !r.json {
		r.write(text)
		return
	}
	line := map[string]any{"time": now(), "event": event, "message": text}
	for name, value := range facts {
		line[name] = value
	}
	r.WriteJSON(line)
}

func now() string { return time.Now().UTC().Format(time.RFC3339Nano) }

// WriteJSON writes a line that is JSON in either form of output.
func (r *Reporter) WriteJSON(line any) {
	text, err := json.Marshal(line)
	if err != nil {
		text = fmt.Appendf(nil, `{"event":"error","message":%q}`, err.Error())
	}
	r.write(string(text))
}

func (r *Reporter) write(text string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	fmt.Fprintln(r.out, r.Redact(text))
}

// Redact strikes the password out of a text, also where JSON has escaped it.
func (r *Reporter) Redact(text string) string {
	if r.secret == "" {
		return text
	}
	quoted, _ := json.Marshal(r.secret)
	text = strings.ReplaceAll(text, strings.Trim(string(quoted), `"`), "***")
	return strings.ReplaceAll(text, r.secret, "***")
}

// Begin starts a phase of so many bytes (an estimate) and says every few seconds how far it is.
func (r *Reporter) Begin(phase string, total int64, every time.Duration) {
	r.phase, r.begun = phase, time.Now()
	r.total.Store(total)
	r.weight.Store(0)
	r.rows.Store(0)
	r.bytes.Store(0)
	r.ticking, r.stopped = make(chan struct{}), make(chan struct{})
	go func(stop, stopped chan struct{}) {
		defer close(stopped)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				r.progress()
			case <-stop:
				return
			}
		}
	}(r.ticking, r.stopped)
}

// End of the phase that Begin started.
func (r *Reporter) End() {
	close(r.ticking)
	<-r.stopped
	r.progress()
}

// Moved counts rows and bytes that have gone through.
func (r *Reporter) Moved(rows, bytes uint64) {
	r.rows.Add(rows)
	r.bytes.Add(bytes)
}

// Done counts a finished piece of the total.
func (r *Reporter) Done(weight int64) { r.weight.Add(weight) }

func (r *Reporter) progress() {
	seconds := time.Since(r.begun).Seconds()
	total, bytes := r.total.Load(), r.bytes.Load()
	share := 1.0
	if total > 0 {
		share = min(1, float64(r.weight.Load())/float64(total))
	}
	facts := map[string]any{
		"phase": r.phase, "rows": r.rows.Load(), "bytes": bytes, "percent": int(share * 100),
		"bytesPerSecond": int64(float64(bytes) / max(seconds, 0.001)), "peakMiB": PeakMiB(),
	}
	eta := "unknown"
	if share > 0 {
		left := time.Duration(seconds / share * (1 - share) * float64(time.Second)).Round(time.Second)
		facts["etaSeconds"] = int(left.Seconds())
		eta = left.String()
	}
	text := fmt.Sprintf("%s: %d %%, %s, %d rows, %s/s, %s left", r.phase, int(share*100), Size(bytes), r.rows.Load(),
		Size(uint64(float64(bytes)/max(seconds, 0.001))), eta)
	r.Say("progress", text, facts)
}

// Size in the unit that people read.
func Size(bytes uint64) string {
	size := float64(bytes)
	for _, unit := range []string{"B", "KiB", "MiB", "GiB"} {
		if size < 1024 {
			return strconv.FormatFloat(size, 'f', 1, 64) + " " + unit
		}
		size /= 1024
	}
	return strconv.FormatFloat(size, 'f', 1, 64) + " TiB"
}

// PeakMiB is the most memory that this process ever held; 0 where the system does not tell.
func PeakMiB() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kib, _ := strconv.Atoi(fields[1])
			return kib / 1024
		}
	}
	return 0
}

// Metrics writes a line in CloudWatch's embedded metric format.
func (r *Reporter) Metrics(namespace, dimension, environment string, values map[string]float64, units map[string]string) {
	metrics := []map[string]string{}
	line := map[string]any{dimension: environment}
	for name, value := range values {
		metrics = append(metrics, map[string]string{"Name": name, "Unit": units[name]})
		line[name] = value
	}
	line["_aws"] = map[string]any{
		"Timestamp": time.Now().UnixMilli(),
		"CloudWatchMetrics": []map[string]any{
			{"Namespace": namespace, "Dimensions": [][]string{{dimension}}, "Metrics": metrics},
		},
	}
	r.WriteJSON(line)
}
