package restore

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"affiliate-backup/manifest"
	"affiliate-backup/report"
	"affiliate-backup/schema"
	"affiliate-backup/store"
	"affiliate-backup/wire"
	"affiliate-backup/work"
)

// jobsOf the parts that are not loaded, the largest table's first, so that its indexes are not what all wait for. A table
// with no part left to load comes as one job without a record.
func jobsOf(m *manifest.Manifest, loaded map[string]bool) ([]job, int64) {
	tables := slices.Clone(m.Schema.Tables)
	slices.SortStableFunc(tables, func(a, b manifest.Table) int { return cmp.Compare(b.Bytes, a.Bytes) })
	var jobs []job
	var total int64
	for _, table := range tables {
		left := &atomic.Int64{}
		for index := range table.Records {
			record := &table.Records[index]
			if loaded[record.Name] {
				continue
			}
			left.Add(1)
			total += int64(record.Bytes)
			jobs = append(jobs, job{table: table, record: record, left: left})
		}
		if left.Load() == 0 {
			jobs = append(jobs, job{table: table})
		}
	}
	return jobs, total
}

// comparisons of a table's parts with what the manifest says of them.
func comparisons(table manifest.Table) []job {
	jobs := make([]job, len(table.Records))
	for index := range jobs {
		jobs[index] = job{table: table, record: &table.Records[index], compare: true}
	}
	return jobs
}

// Check every part in the bucket against the manifest, without a database.
func Check(ctx context.Context, place *store.Store, settings Settings, say *report.Reporter) (*manifest.Manifest, error) {
	m, err := Manifest(ctx, place)
	if err != nil {
		return nil, err
	}
	jobs, total := jobsOf(m, nil)
	say.Begin("check", total, settings.Every)
	defer say.End()
	return m, work.Parallel(ctx, settings.Threads, jobs, func(ctx context.Context) (func(job) error, func(), error) {
		return func(next job) error {
			if next.record == nil {
				return nil
			}
			p, err := openPart(ctx, place, *next.record, 1, say)
			if err != nil {
				return err
			}
			defer p.Close()
			_, err = io.Copy(io.Discard, p)
			return err
		}, func() {}, nil
	})
}

// CompareAll is Compare with the definitions, of a database that was restored before.
func CompareAll(ctx context.Context, settings Settings, m *manifest.Manifest, say *report.Reporter) error {
	if err := Compare(ctx, settings, m, say); err != nil {
		return err
	}
	conn, err := wire.Dial(ctx, settings.Target)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := schema.Prepare(conn); err != nil {
		return err
	}
	return compareSchema(conn, settings, m, say)
}

// compareSchema reads the definitions back. Two versions of a server may write one definition in two ways, so between
// versions only the names are compared, and that is said.
func compareSchema(conn *wire.Conn, settings Settings, m *manifest.Manifest, say *report.Reporter) error {
	now, err := schema.Read(conn, settings.Database)
	if err != nil {
		return err
	}
	exact := conn.Version() == m.Source.ServerVersion
	if !exact {
		say.Say("note", fmt.Sprintf("the dump is of server %s and this one is %s: definitions are compared by name only", m.Source.ServerVersion, conn.Version()), nil)
	}
	want, have := definitions(&m.Schema, settings.KeepDefiner), definitions(now, settings.KeepDefiner)
	delete(have, "TABLE "+checkpointName)
	for name, text := range want {
		got, there := have[name]
		if !there {
			return damaged("%s is missing in database %s", name, settings.Database)
		}
		if exact && got != text {
			return damaged("%s is not what it was:\n%s\nin the dump:\n%s", name, got, text)
		}
	}
	for name := range have {
		if _, there := want[name]; !there {
			return damaged("%s is in database %s and not in the dump", name, settings.Database)
		}
	}
	return nil
}

func definitions(s *manifest.Schema, keepDefiner bool) map[string]string {
	all := map[string]string{"DATABASE": s.Charset + " " + s.Collation}
	for _, table := range s.Tables {
		all["TABLE "+table.Name] = schema.Comparable(table.Create)
	}
	for _, object := range s.Objects {
		if !keepDefiner {
			object.Create = schema.WithoutDefiner(object.Create)
		}
		all[object.Kind+" "+object.Name] = fmt.Sprintf("%s\n-- %s %s %s %s", object.Create, object.SQLMode, object.Charset, object.Collation, object.TimeZone)
	}
	return all
}
