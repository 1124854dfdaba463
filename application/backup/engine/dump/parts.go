package dump

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"affiliate-backup/manifest"
	"affiliate-backup/report"
	"affiliate-backup/rows"
	"affiliate-backup/schema"
	"affiliate-backup/store"
	"affiliate-backup/wire"
	"affiliate-backup/work"

	"github.com/klauspost/compress/zstd"
)

type job struct {
	table manifest.Table
	part  manifest.Part
}

// copyParts dumps what has no record yet, the heaviest first, and returns the records of all.
func copyParts(ctx context.Context, settings Settings, plan plan, place *store.Store, say *report.Reporter) (map[string]manifest.Record, error) {
	records, err := finished(ctx, place)
	if err != nil {
		return nil, err
	}
	var jobs []job
	var total int64
	for _, table := range plan.Schema.Tables {
		for _, part := range table.Parts {
			if _, done := records[part.Name]; !done {
				jobs = append(jobs, job{table, part})
				total += part.Weight
			}
		}
	}
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(b.part.Weight, a.part.Weight) })
	say.Begin("dump", total, settings.Every)
	defer say.End()
	var lock sync.Mutex
	return records, work.Parallel(ctx, settings.Threads, jobs, func(ctx context.Context) (func(job) error, func(), error) {
		conn, err := connect(ctx, settings)
		if err != nil {
			return nil, nil, err
		}
		return func(next job) error {
			record, err := copyPart(ctx, conn, next, place, say)
			if err != nil {
				return fmt.Errorf("part %s: %w", next.part.Name, err)
			}
			say.Done(next.part.Weight)
			lock.Lock()
			defer lock.Unlock()
			records[next.part.Name] = record
			return nil
		}, conn.Close, nil
	})
}

// finished reads the records of an earlier run. One counts only when its part is there in full.
func finished(ctx context.Context, place *store.Store) (map[string]manifest.Record, error) {
	names, err := place.Sizes(ctx, manifest.Records)
	if err != nil {
		return nil, err
	}
	sizes, err := place.Sizes(ctx, manifest.Data)
	if err != nil {
		return nil, err
	}
	records := map[string]manifest.Record{}
	for name := range names {
		text, err := place.Get(ctx, name)
		if err != nil {
			return nil, err
		}
		record := manifest.Record{}
		if err := json.Unmarshal(text, &record); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if sizes[manifest.Data+record.Name] == record.Compressed {
			records[record.Name] = record
		}
	}
	return records, nil
}

func copyPart(ctx context.Context, conn *wire.Conn, job job, place *store.Store, say *report.Reporter) (manifest.Record, error) {
	reader, writer := io.Pipe()
	uploaded := make(chan error, 1)
	go func() {
		err := place.Stream(ctx, manifest.Data+job.part.Name, reader)
		_ = reader.CloseWithError(cmp.Or(err, io.ErrClosedPipe)) // the dumping side must not wait for a reader that is gone
		uploaded <- err
	}()
	record, err := writePart(conn, job, writer, say)
	_ = writer.CloseWithError(err) // without an error this is the object's end
	if failed := <-uploaded; failed != nil && (err == nil || errors.Is(err, failed)) {
		err = failed
	}
	if err != nil {
		return record, err
	}
	text, err := json.Marshal(record)
	if err != nil {
		return record, err
	}
	return record, place.Put(ctx, manifest.Records+strings.TrimSuffix(job.part.Name, ".tsv.zst")+".json", text, false)
}

// counted hands on what is written, hashed and counted.
type counted struct {
	to    io.Writer
	bytes int64
}

func (c *counted) Write(data []byte) (int, error) {
	c.bytes += int64(len(data))
	return c.to.Write(data)
}

func writePart(conn *wire.Conn, job job, to io.Writer, say *report.Reporter) (manifest.Record, error) {
	record := manifest.Record{Part: job.part}
	hash := sha256.New()
	output := &counted{to: io.MultiWriter(hash, to)}
	// One thread for each part: parts are what runs in parallel. The window bounds what a reader needs as well.
	encoder, err := zstd.NewWriter(output, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(true))
	if err != nil {
		return record, err
	}
	sum := rows.Sum{}
	columns := len(job.table.Columns)
	block := make([]byte, 0, 128<<10)
	flush := func() error {
		_, err := encoder.Write(block)
		if block = block[:0]; cap(block) > 1<<20 {
			block = make([]byte, 0, 128<<10) // after a long row
		}
		return err
	}
	told := rows.Sum{}
	tell := func() {
		say.Moved(sum.Rows-told.Rows, sum.Bytes-told.Bytes)
		told = sum
	}
	err = conn.Rows(schema.Select(job.table, job.part.Where), nil, func(row []byte) error {
		start := len(block)
		var err error
		if block, err = rows.Append(block, row, columns); err != nil {
			return err
		}
		sum.Line(block[start:])
		if len(block) < 96<<10 {
			return nil
		}
		tell()
		return flush()
	})
	if err != nil {
		return record, errors.Join(err, encoder.Close())
	}
	tell()
	if err := errors.Join(flush(), encoder.Close()); err != nil {
		return record, err
	}
	record.Rows, record.Bytes, record.Digest = sum.Rows, sum.Bytes, sum.Digest()
	record.Compressed, record.SHA256 = output.bytes, hex.EncodeToString(hash.Sum(nil))
	return record, nil
}
