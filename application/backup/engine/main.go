// affiliate-backup dumps a database into S3 and brings it back. See options.go for its help.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"affiliate-backup/dump"
	"affiliate-backup/manifest"
	"affiliate-backup/report"
	"affiliate-backup/restore"
	"affiliate-backup/store"
)

// Exit codes. The same stand in config/dump.ts.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3
	exitDamaged = 4
)

// Metrics, as config/dump.ts names them.
const (
	metricNamespace = "Affiliate/Backup"
	metricDimension = "Environment"
	metricSucceeded = "DumpSucceeded"
	metricBytes     = "DumpBytes"
	metricSeconds   = "DumpSeconds"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(arguments []string) int {
	if len(arguments) == 0 {
		fmt.Fprint(os.Stderr, help)
		return exitUsage
	}
	commands := map[string]func(context.Context, *options, *report.Reporter) error{
		"dump": runDump, "restore": runRestore, "verify": runVerify, "show": runShow,
	}
	name := arguments[0]
	switch name {
	case "help", "--help", "-h":
		fmt.Print(help)
		return exitDone
	case "contract":
		return contract()
	}
	command, known := commands[name]
	if !known {
		fmt.Fprintf(os.Stderr, "%q is no command: dump, restore, verify, show, contract\n%s", name, help)
		return exitUsage
	}
	settings, err := parse(name, arguments[1:], os.Getenv)
	if errors.Is(err, errHelp) {
		fmt.Print(help)
		return exitDone
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v\nSee affiliate-backup --help\n", err)
		return exitUsage
	}
	_ = os.Unsetenv("DB_PASSWORD") // whatever this process might start or print has no need of it
	say := report.New(os.Stdout, settings.json, settings.target.Password)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	return finish(ctx, command(ctx, settings, say), name, say)
}

func finish(ctx context.Context, err error, name string, say *report.Reporter) int {
	if err == nil {
		return exitDone
	}
	code, kind, advice := exitFailed, "failed", "run it again: it goes on where it ended"
	var refusedDump *dump.RefusedError
	var refusedRestore *restore.RefusedError
	var damage *restore.DamagedError
	switch {
	case errors.As(err, &damage):
		code, kind, advice = exitDamaged, "damaged", "do not use it: take another dump, and keep this one to find out why"
	case errors.As(err, &refusedDump), errors.As(err, &refusedRestore):
		code, kind, advice = exitRefused, "refused", "nothing was changed"
	case ctx.Err() != nil:
		err = errors.New("told to stop")
	}
	if name == "dump" && code == exitRefused {
		advice = "there is no manifest, so there is no dump"
	}
	say.Say(kind, fmt.Sprintf("%s %s: %v (%s)", name, kind, err, advice), map[string]any{"exitCode": code})
	return code
}

func runDump(ctx context.Context, o *options, say *report.Reporter) error {
	started := time.Now()
	m, err := dumpTo(ctx, o, say)
	values := map[string]float64{metricSucceeded: 0}
	if err == nil {
		values = map[string]float64{
			metricSucceeded: 1, metricBytes: float64(m.Totals.Compressed), metricSeconds: time.Since(started).Seconds(),
		}
	}
	if o.json {
		say.Metrics(metricNamespace, metricDimension, o.environment, values,
			map[string]string{metricSucceeded: "Count", metricBytes: "Bytes", metricSeconds: "Seconds"})
	}
	return err
}

func dumpTo(ctx context.Context, o *options, say *report.Reporter) (*manifest.Manifest, error) {
	place, err := store.Open(ctx, o.place())
	if err != nil {
		return nil, err
	}
	m, err := dump.Run(ctx, dump.Settings{
		Target: o.target, Database: o.database, Environment: o.environment, ID: o.id, CloneTime: o.cloneTime,
		Threads: o.threads, PartBytes: o.partBytes, Every: o.every,
	}, place, say)
	if err == nil {
		told(say, "dumped", place, m)
	}
	return m, err
}

func (o *options) restoreSettings() restore.Settings {
	return restore.Settings{Target: o.target, Database: o.database, Threads: o.threads, KeepDefiner: o.definer == "keep", Every: o.every}
}

func runRestore(ctx context.Context, o *options, say *report.Reporter) error {
	place, err := store.Open(ctx, o.from)
	if err != nil {
		return err
	}
	m, err := restore.Run(ctx, o.restoreSettings(), place, say)
	if err == nil {
		told(say, "restored", place, m)
	}
	return err
}

func runVerify(ctx context.Context, o *options, say *report.Reporter) error {
	place, err := store.Open(ctx, o.from)
	if err != nil {
		return err
	}
	m, err := restore.Check(ctx, place, o.restoreSettings(), say)
	if err == nil && o.database != "" {
		err = restore.CompareAll(ctx, o.restoreSettings(), m, say)
	}
	if err == nil {
		told(say, "verified", place, m)
	}
	return err
}

func runShow(ctx context.Context, o *options, say *report.Reporter) error {
	place, err := store.Open(ctx, o.from)
	if err != nil {
		return err
	}
	m, err := restore.Manifest(ctx, place)
	if err == nil {
		told(say, "dump", place, m)
	}
	return err
}

func told(say *report.Reporter, event string, place *store.Store, m *manifest.Manifest) {
	totals := m.Totals
	say.Say(event, fmt.Sprintf("%s %s: %d tables, %d rows, %s in %s of parts; the state of %s on server %s; at most %d MiB of memory",
		event, place.Location(), totals.Tables, totals.Rows, report.Size(totals.Bytes), report.Size(uint64(totals.Compressed)),
		m.Source.CloneTime.Format(time.RFC3339), m.Source.ServerVersion, report.PeakMiB()),
		map[string]any{
			"location": place.Location(), "id": m.ID, "cloneTime": m.Source.CloneTime, "manifest": m.Digest,
			"totals": totals, "peakMiB": report.PeakMiB(),
		})
}

// contract prints what config/dump.ts has to say as well.
func contract() int {
	text, err := json.Marshal(map[string]any{
		"metrics": map[string]any{
			"namespace": metricNamespace, "dimension": metricDimension,
			"names": map[string]string{"succeeded": metricSucceeded, "bytes": metricBytes, "seconds": metricSeconds},
		},
		"variables": variables,
		"prefix":    prefix,
		"exitCodes": map[string]int{
			"done": exitDone, "failed": exitFailed, "usage": exitUsage, "refused": exitRefused, "damaged": exitDamaged,
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	fmt.Println(string(text))
	return exitDone
}
