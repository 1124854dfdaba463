package restore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"

	"affiliate-backup/manifest"
	"affiliate-backup/report"
	"affiliate-backup/rows"
	"affiliate-backup/schema"
	"affiliate-backup/store"
	"affiliate-backup/wire"

	"github.com/klauspost/compress/zstd"
)

// DamagedError says that a dump is not what its manifest says, or that a database is not what the dump was.
type DamagedError struct{ Reason string }

func (e *DamagedError) Error() string { return e.Reason }

func damaged(format string, arguments ...any) error {
	return &DamagedError{fmt.Sprintf(format, arguments...)}
}

// part is an object of the bucket as lines. At its end, and only there, it is known to be what the manifest says.
type part struct {
	record  manifest.Record
	body    io.ReadCloser
	hash    hash.Hash
	read    int64
	decoder *zstd.Decoder
	lines   rows.Counting
	say     *report.Reporter
	// weight of a byte in the progress.
	weight int64
	told   rows.Sum
}

func openPart(ctx context.Context, place *store.Store, record manifest.Record, weight int64, say *report.Reporter) (*part, error) {
	body, err := place.Open(ctx, manifest.Data+record.Name)
	if err != nil {
		return nil, err
	}
	p := &part{record: record, body: body, hash: sha256.New(), say: say, weight: weight}
	// The window is bounded: a part made to eat memory is refused.
	p.decoder, err = zstd.NewReader(readerFunc(p.compressed), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		_ = body.Close()
		return nil, err
	}
	p.lines.Source = p.decoder
	return p, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(buffer []byte) (int, error) { return f(buffer) }

func (p *part) compressed(buffer []byte) (int, error) {
	count, err := p.body.Read(buffer)
	p.hash.Write(buffer[:count])
	if p.read += int64(count); p.read > p.record.Compressed {
		return 0, damaged("%s is longer than the %d bytes of the manifest", p.record.Name, p.record.Compressed)
	}
	return count, err
}

// Read hands out lines; what is wrong with the part is an error in the place of its end.
func (p *part) Read(buffer []byte) (int, error) {
	count, err := p.lines.Read(buffer)
	if sum := p.lines.Sum; err != nil || sum.Bytes-p.told.Bytes > 1<<20 {
		p.say.Moved(sum.Rows-p.told.Rows, sum.Bytes-p.told.Bytes)
		p.say.Done(int64(sum.Bytes-p.told.Bytes) * p.weight)
		p.told = sum
	}
	if err == nil {
		return count, nil
	}
	if err != io.EOF {
		return 0, p.judge(err)
	}
	if wrong := p.check(); wrong != nil {
		return 0, wrong
	}
	return count, io.EOF
}

// judge tells damage from a network that failed: what is there has the wrong length or digest, or the rest never came.
func (p *part) judge(err error) error {
	if _, rest := io.Copy(io.Discard, readerFunc(p.compressed)); rest != nil {
		return fmt.Errorf("download of %s: %w", p.record.Name, rest)
	}
	if wrong := p.check(); wrong != nil {
		return wrong
	}
	return fmt.Errorf("%s: %w", p.record.Name, err)
}

func (p *part) check() error {
	want, sum := p.record, &p.lines.Sum
	digest := hex.EncodeToString(p.hash.Sum(nil))
	switch {
	case p.read != want.Compressed:
		return damaged("%s has %d bytes, its manifest says %d", want.Name, p.read, want.Compressed)
	case digest != want.SHA256:
		return damaged("%s has SHA-256 %s, its manifest says %s", want.Name, digest, want.SHA256)
	case sum.Rows != want.Rows || sum.Bytes != want.Bytes || sum.Digest() != want.Digest:
		return damaged("%s holds %d rows with digest %s, its manifest says %d with %s", want.Name, sum.Rows, sum.Digest(), want.Rows, want.Digest)
	}
	return nil
}

func (p *part) Close() {
	p.decoder.Close()
	_ = p.body.Close()
}

// loadPart puts a part into its table and says so in the checkpoint, in one transaction: it is there whole or not at all.
func loadPart(conn *wire.Conn, table manifest.Table, p *part, infile bool) error {
	if err := conn.Run("START TRANSACTION"); err != nil {
		return err
	}
	load := insert
	if infile {
		load = loadInfile
	}
	count, err := load(conn, table, p)
	if err != nil {
		return err
	}
	if count != p.record.Rows {
		return damaged("the server took %d of the %d rows of %s", count, p.record.Rows, p.record.Name)
	}
	return conn.Run(
		fmt.Sprintf("INSERT INTO %s (part, row_count) VALUES (%s, %d)", checkpoint, schema.Literal(p.record.Name), p.record.Rows),
		"COMMIT",
	)
}

// converted columns take text only, and what comes here is bytes: MySQL refuses a JSON of no character set.
func converted(conn *wire.Conn, column manifest.Column) bool {
	return column.Type == "json" && !conn.IsMariaDB()
}

func loadInfile(conn *wire.Conn, table manifest.Table, p *part) (uint64, error) {
	var columns, sets []string
	for index, column := range table.Columns {
		name := schema.Quote(column.Name)
		if !converted(conn, column) {
			columns = append(columns, name)
			continue
		}
		variable := fmt.Sprintf("@c%d", index)
		columns = append(columns, variable)
		sets = append(sets, name+" = CONVERT("+variable+" USING utf8mb4)")
	}
	statement := "LOAD DATA LOCAL INFILE 'part' INTO TABLE " + schema.Quote(table.Name) + " CHARACTER SET binary" +
		` FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (` + strings.Join(columns, ", ") + ")"
	if len(sets) > 0 {
		statement += " SET " + strings.Join(sets, ", ")
	}
	ok, err := conn.LoadData(statement, p)
	if err != nil || ok.Warnings == 0 {
		return ok.Affected, err
	}
	// LOCAL turns errors into warnings: a value that was cut to fit must not pass.
	warnings, err := conn.Records("SHOW WARNINGS LIMIT 3")
	if err != nil {
		return 0, err
	}
	var texts []string
	for _, warning := range warnings {
		texts = append(texts, warning["Message"])
	}
	return 0, damaged("the server changed values of %s: %s", p.record.Name, strings.Join(texts, "; "))
}
