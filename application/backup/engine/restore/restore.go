// Package restore brings a dump back into an empty database and compares the two.
package restore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"affiliate-backup/manifest"
	"affiliate-backup/report"
	"affiliate-backup/rows"
	"affiliate-backup/schema"
	"affiliate-backup/store"
	"affiliate-backup/wire"
	"affiliate-backup/work"
)

// RefusedError says why nothing was touched.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// Settings of a restore.
type Settings struct {
	Target   wire.Target
	Database string
	Threads  int
	// KeepDefiner restores views, routines, triggers and events as their owner's. Otherwise they are the restoring user's.
	KeepDefiner bool
	Every       time.Duration
}

// checkpoint is the table of what has been loaded. It stands in the database until all was compared: where it is, the
// restore is not finished.
const checkpoint = "`affiliate_restore_checkpoint`"
const checkpointName = "affiliate_restore_checkpoint"

// Manifest of a dump whose parts are all there and as long as they should be.
func Manifest(ctx context.Context, place *store.Store) (*manifest.Manifest, error) {
	text, err := place.Get(ctx, manifest.File)
	if errors.Is(err, store.ErrMissing) {
		return nil, &RefusedError{place.Location() + " has no " + manifest.File + ": no dump was finished there"}
	}
	if err != nil {
		return nil, err
	}
	m, err := manifest.Decode(text)
	if err != nil {
		return nil, damaged("%s/%s: %v", place.Location(), manifest.File, err)
	}
	if m.Prefix != place.Prefix() {
		return nil, damaged("%s holds the manifest of %s", place.Location(), m.Prefix)
	}
	sizes, err := place.Sizes(ctx, manifest.Data)
	if err != nil {
		return nil, err
	}
	for _, table := range m.Schema.Tables {
		for _, record := range table.Records {
			if size, there := sizes[manifest.Data+record.Name]; !there || size != record.Compressed {
				return nil, damaged("%s has %d bytes in S3, its manifest says %d", record.Name, size, record.Compressed)
			}
		}
	}
	return m, nil
}

// Run restores, or goes on with a restore of the same dump.
func Run(ctx context.Context, settings Settings, place *store.Store, say *report.Reporter) (*manifest.Manifest, error) {
	m, err := Manifest(ctx, place)
	if err != nil {
		return nil, err
	}
	conn, err := wire.Dial(ctx, settings.Target)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := schema.PrepareLoad(conn); err != nil {
		return nil, err
	}
	loaded, err := take(conn, settings.Database, m)
	if err != nil {
		return nil, err
	}
	if len(loaded) > 0 {
		say.Say("resume", fmt.Sprintf("going on: %d of %d parts are in the database", len(loaded), m.Totals.Parts), nil)
	}
	if err := schema.CreateTables(conn, m.Schema.Tables); err != nil {
		return nil, err
	}
	if err := load(ctx, settings, m, place, loaded, say); err != nil {
		return nil, err
	}
	for _, table := range m.Schema.Tables {
		if err := schema.AddForeign(conn, table); err != nil {
			return nil, err
		}
	}
	if err := schema.CreateObjects(conn, m.Schema.Objects, settings.KeepDefiner, "FUNCTION", "PROCEDURE", "VIEW", "TRIGGER"); err != nil {
		return nil, err
	}
	// Events at last: one that runs would change the rows.
	if err := schema.CreateObjects(conn, m.Schema.Objects, settings.KeepDefiner, "EVENT"); err != nil {
		return nil, err
	}
	if err := compareSchema(conn, settings, m, say); err != nil {
		return nil, err
	}
	return m, conn.Run("DROP TABLE " + checkpoint)
}

// take makes the database, or makes sure that it is empty or half restored from this very dump. It returns the parts
// that are in it.
func take(conn *wire.Conn, database string, m *manifest.Manifest) (map[string]bool, error) {
	name := schema.Quote(database)
	defaults := fmt.Sprintf(" CHARACTER SET %s COLLATE %s", m.Schema.Charset, m.Schema.Collation)
	existing, err := conn.Value("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " + schema.Literal(database))
	if err != nil {
		return nil, err
	}
	if existing == "" {
		if err := conn.Run("CREATE DATABASE " + name + defaults); err != nil {
			return nil, err
		}
	}
	if err := conn.Run("USE " + name); err != nil {
		return nil, err
	}
	found, err := conn.Records("SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()" +
		" UNION ALL SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()" +
		" UNION ALL SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()")
	if err != nil {
		return nil, err
	}
	for _, record := range found {
		if record["name"] == checkpointName {
			return resume(conn, database, m)
		}
	}
	if len(found) > 0 {
		return nil, &RefusedError{fmt.Sprintf("database %s is not empty (%s and others, %d in all): a restore never goes over what is there. Name an empty or a new database",
			database, found[0]["name"], len(found))}
	}
	return map[string]bool{}, conn.Run(
		"ALTER DATABASE "+name+defaults,
		"CREATE TABLE "+checkpoint+" (part VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,"+
			" row_count BIGINT UNSIGNED NOT NULL, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)"+
			" ENGINE=InnoDB COMMENT="+schema.Literal(m.Digest),
	)
}

func resume(conn *wire.Conn, database string, m *manifest.Manifest) (map[string]bool, error) {
	from, err := conn.Value("SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = " +
		schema.Literal(checkpointName))
	if err != nil {
		return nil, err
	}
	if from != m.Digest {
		return nil, &RefusedError{fmt.Sprintf("database %s is half restored from another dump (manifest %s, this one is %s): drop it, or go on with that dump", database, from, m.Digest)}
	}
	records, err := conn.Records("SELECT part FROM " + checkpoint)
	loaded := map[string]bool{}
	for _, record := range records {
		loaded[record["part"]] = true
	}
	return loaded, err
}

// job is a part to load or to compare, or, with no record, a table whose indexes are to be built.
type job struct {
	table  manifest.Table
	record *manifest.Record
	// left counts the table's parts that are not loaded yet.
	left    *atomic.Int64
	compare bool
}

// What a part weighs in the progress, in its bytes: to load one and to index it takes as long as to compare four.
const (
	weightLoaded   = 4
	weightCompared = 1
)

// load what is not there yet; a table that is whole gets its indexes and is compared while others are still loaded.
func load(ctx context.Context, settings Settings, m *manifest.Manifest, place *store.Store, loaded map[string]bool, say *report.Reporter) error {
	jobs, total := jobsOf(m, loaded)
	say.Begin("restore", total*weightLoaded+int64(m.Totals.Bytes)*weightCompared, settings.Every)
	defer say.End()
	return work.Growing(ctx, settings.Threads, jobs, func(ctx context.Context) (func(job) ([]job, error), func(), error) {
		conn, infile, err := loader(ctx, settings)
		if err != nil {
			return nil, nil, err
		}
		return func(next job) ([]job, error) {
			if next.compare {
				_, err := compareOne(conn, next)
				say.Done(int64(next.record.Bytes) * weightCompared)
				return nil, err
			}
			if next.record != nil {
				if err := loadOne(ctx, conn, next, place, infile, say); err != nil {
					return nil, err
				}
				if next.left.Add(-1) > 0 {
					return nil, nil
				}
			}
			return comparisons(next.table), schema.AddIndexes(conn, next.table)
		}, conn.Close, nil
	})
}

func loadOne(ctx context.Context, conn *wire.Conn, job job, place *store.Store, infile bool, say *report.Reporter) error {
	p, err := openPart(ctx, place, *job.record, weightLoaded, say)
	if err != nil {
		return err
	}
	defer p.Close()
	return loadPart(conn, job.table, p, infile)
}

// loader is a connection that loads. LOAD DATA is the faster way where the server allows it; the platform's own clusters
// do not (local_infile is off).
func loader(ctx context.Context, settings Settings) (*wire.Conn, bool, error) {
	conn, err := wire.Dial(ctx, settings.Target)
	if err != nil {
		return nil, false, err
	}
	if err = schema.PrepareLoad(conn); err == nil {
		err = conn.Run("USE " + schema.Quote(settings.Database))
	}
	allowed := ""
	if err == nil {
		allowed, err = conn.Value("SELECT @@local_infile")
	}
	if err != nil {
		conn.Close()
		return nil, false, err
	}
	return conn, allowed == "1", nil
}

// Compare every table with the manifest, row for row.
func Compare(ctx context.Context, settings Settings, m *manifest.Manifest, say *report.Reporter) error {
	var jobs []job
	for _, table := range m.Schema.Tables {
		jobs = append(jobs, comparisons(table)...)
	}
	say.Begin("compare", int64(m.Totals.Bytes), settings.Every)
	defer say.End()
	return work.Parallel(ctx, settings.Threads, jobs, func(ctx context.Context) (func(job) error, func(), error) {
		conn, err := wire.Dial(ctx, settings.Target)
		if err != nil {
			return nil, nil, err
		}
		if err = schema.Prepare(conn); err == nil {
			err = conn.Run("USE " + schema.Quote(settings.Database))
		}
		return func(next job) error {
			sum, err := compareOne(conn, next)
			say.Moved(sum.Rows, sum.Bytes)
			say.Done(int64(next.record.Bytes))
			return err
		}, conn.Close, err
	})
}

func compareOne(conn *wire.Conn, job job) (rows.Sum, error) {
	sum := rows.Sum{}
	var line []byte
	err := conn.Rows(schema.Select(job.table, job.record.Where), nil, func(row []byte) error {
		var err error
		if line, err = rows.Append(line[:0], row, len(job.table.Columns)); err == nil {
			sum.Line(line)
		}
		return err
	})
	if want := job.record; err == nil && (sum.Rows != want.Rows || sum.Digest() != want.Digest) {
		err = damaged("table %s of the database differs from the dump in part %s: %d rows with digest %s, its manifest says %d with %s",
			job.table.Name, want.Name, sum.Rows, sum.Digest(), want.Rows, want.Digest)
	}
	return sum, err
}
