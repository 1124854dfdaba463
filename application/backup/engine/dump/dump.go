// Package dump copies a database that nobody writes to into a bucket.
package dump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"affiliate-backup/manifest"
	"affiliate-backup/report"
	"affiliate-backup/rows"
	"affiliate-backup/schema"
	"affiliate-backup/store"
	"affiliate-backup/wire"
)

// RefusedError says why nothing was dumped, or why what was dumped is no copy.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// Settings of a dump.
type Settings struct {
	Target      wire.Target
	Database    string
	Environment string
	ID          string
	CloneTime   time.Time
	Threads     int
	// PartBytes per part, as the server stores them.
	PartBytes int64
	// Every is how often progress is said.
	Every time.Duration
}

// Run dumps, or goes on with a dump of that name. It returns the manifest once that is in the bucket.
func Run(ctx context.Context, settings Settings, place *store.Store, say *report.Reporter) (*manifest.Manifest, error) {
	conn, err := connect(ctx, settings)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := schema.CheckRights(conn, settings.Database); err != nil {
		return nil, refused(err)
	}
	before, err := schema.Written(conn, settings.Database)
	if err != nil {
		return nil, err
	}
	plan, err := planned(ctx, conn, settings, place, say)
	if err != nil || !plan.Finished.IsZero() {
		return plan.Manifest, err
	}
	records, err := copyParts(ctx, settings, plan, place, say)
	if err != nil {
		return nil, err
	}
	after, err := schema.Written(conn, settings.Database)
	if err != nil {
		return nil, err
	}
	if changed := differences(before, after); len(changed) > 0 {
		return nil, &RefusedError{"the source was written to while it was dumped (" + strings.Join(changed, ", ") +
			"): rows of different moments are no copy. Dump from a clone that nothing else uses, its event scheduler off"}
	}
	if err := plan.finish(records); err != nil {
		return nil, err
	}
	text, err := plan.Encode()
	if err != nil {
		return nil, err
	}
	if err := place.Put(ctx, manifest.File, text, true); err != nil {
		return nil, err
	}
	return plan.Manifest, nil
}

func refused(err error) error {
	var problem *schema.DatabaseError
	if errors.As(err, &problem) {
		return &RefusedError{problem.Error()}
	}
	return err
}

func connect(ctx context.Context, settings Settings) (*wire.Conn, error) {
	conn, err := wire.Dial(ctx, settings.Target)
	if err != nil {
		return nil, err
	}
	if err = schema.Prepare(conn); err == nil {
		err = conn.Run("USE " + schema.Quote(settings.Database))
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func differences(before, after map[string]string) []string {
	var changed []string
	for table, at := range after {
		if before[table] != at {
			changed = append(changed, table)
		}
	}
	for table := range before {
		if _, there := after[table]; !there {
			changed = append(changed, table)
		}
	}
	return changed
}

type plan struct{ *manifest.Manifest }

// planned reads the plan of a dump that was begun, or makes one and writes it down before the first part.
func planned(ctx context.Context, conn *wire.Conn, settings Settings, place *store.Store, say *report.Reporter) (plan, error) {
	fresh, err := describe(conn, settings, place)
	if err != nil {
		return plan{}, err
	}
	for _, name := range []string{manifest.File, manifest.Plan} {
		text, err := place.Get(ctx, name)
		if errors.Is(err, store.ErrMissing) {
			continue
		}
		if err != nil {
			return plan{}, err
		}
		old, err := manifest.Decode(text)
		if err != nil {
			return plan{}, &RefusedError{fmt.Sprintf("%s/%s: %v", place.Location(), name, err)}
		}
		if why := other(old, fresh); why != "" {
			return plan{}, &RefusedError{fmt.Sprintf("%s was begun from another state (%s): parts of two states are no copy. Give this dump another name", place.Location(), why)}
		}
		say.Say("resume", fmt.Sprintf("going on with %s, begun %s", place.Location(), old.Started.Format(time.RFC3339)), nil)
		return plan{old}, nil
	}
	sizes, err := schema.Sizes(conn)
	if err != nil {
		return plan{}, err
	}
	for index := range fresh.Schema.Tables {
		table := &fresh.Schema.Tables[index]
		if table.Parts, err = schema.Parts(conn, *table, index, sizes[table.Name], settings.PartBytes); err != nil {
			return plan{}, err
		}
	}
	text, err := fresh.Encode()
	if err != nil {
		return plan{}, err
	}
	return plan{fresh}, place.Put(ctx, manifest.Plan, text, true)
}

func describe(conn *wire.Conn, settings Settings, place *store.Store) (*manifest.Manifest, error) {
	definition, err := schema.Read(conn, settings.Database)
	if err != nil {
		return nil, refused(err)
	}
	variable := "@@server_uuid"
	if conn.IsMariaDB() {
		variable = "@@server_uid"
	}
	server, err := conn.Value("SELECT " + variable)
	if err != nil {
		return nil, err
	}
	return &manifest.Manifest{
		Format: manifest.Format, ID: settings.ID, Prefix: place.Prefix(), Environment: settings.Environment,
		Started: time.Now().UTC(), Schema: *definition,
		Source: manifest.Source{
			Host: settings.Target.Host, Database: settings.Database, ServerVersion: conn.Version(), ServerID: server,
			CloneTime: settings.CloneTime.UTC(),
		},
	}, nil
}

// other says in what an earlier dump of this name differs, "" for nothing.
func other(old, fresh *manifest.Manifest) string {
	switch {
	case old.ID != fresh.ID || old.Prefix != fresh.Prefix:
		return "it was written as " + old.Prefix
	case !reflect.DeepEqual(old.Source, fresh.Source):
		return fmt.Sprintf("clone of %s on %s, %s, now of %s on %s, %s", old.Source.CloneTime.Format(time.RFC3339), old.Source.Host,
			old.Source.ServerID, fresh.Source.CloneTime.Format(time.RFC3339), fresh.Source.Host, fresh.Source.ServerID)
	}
	bare := func(m *manifest.Manifest) string {
		definition := m.Schema
		definition.Tables = append([]manifest.Table(nil), definition.Tables...)
		for index := range definition.Tables {
			table := &definition.Tables[index]
			table.Parts, table.Records, table.Rows, table.Bytes, table.Digest = nil, nil, 0, 0, ""
		}
		text, _ := json.Marshal(definition)
		return string(text)
	}
	if bare(old) != bare(fresh) {
		return "its schema is another"
	}
	return ""
}

// finish fills in what the records say and leaves the plan's parts out.
func (p plan) finish(records map[string]manifest.Record) error {
	for index := range p.Schema.Tables {
		table := &p.Schema.Tables[index]
		total := rows.Sum{}
		for _, part := range table.Parts {
			record, done := records[part.Name]
			if !done {
				return fmt.Errorf("part %s has no record", part.Name)
			}
			sum, err := rows.ParseDigest(record.Digest)
			if err != nil {
				return fmt.Errorf("record of %s: %w", part.Name, err)
			}
			sum.Rows, sum.Bytes = record.Rows, record.Bytes
			total.Plus(sum)
			table.Records = append(table.Records, record)
			p.Totals.Compressed += record.Compressed
			p.Totals.Parts++
		}
		table.Parts = nil
		table.Rows, table.Bytes, table.Digest = total.Rows, total.Bytes, total.Digest()
		p.Totals.Rows += total.Rows
		p.Totals.Bytes += total.Bytes
		p.Totals.Tables++
	}
	p.Finished = time.Now().UTC()
	p.Totals.Seconds = p.Finished.Sub(p.Started).Seconds()
	return nil
}
