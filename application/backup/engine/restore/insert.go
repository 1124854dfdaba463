package restore

import (
	"strings"

	"affiliate-backup/manifest"
	"affiliate-backup/rows"
	"affiliate-backup/schema"
	"affiliate-backup/wire"
)

// statementBytes is how long the values of an INSERT get: from 64 to 256 KiB the server used about the same processor time,
// with 16 and 32 a third more. What it keeps for each value is many times as much as the value.
const statementBytes = 128 << 10

// batch gathers rows for an INSERT of many. The statement is prepared, since what a server spends on a long INSERT is
// for the most part reading it; it is kept for the next batch, which has as many rows again.
type batch struct {
	conn     *wire.Conn
	head     string
	row      string
	columns  int
	rows     int
	nulls    []byte
	values   []byte
	prepared *wire.Statement
	inserted uint64
}

func newBatch(conn *wire.Conn, table manifest.Table) *batch {
	var names, marks []string
	for _, column := range table.Columns {
		names = append(names, schema.Quote(column.Name))
		mark := "?"
		if converted(conn, column) {
			mark = "CONVERT(? USING utf8mb4)"
		}
		marks = append(marks, mark)
	}
	return &batch{
		conn: conn, columns: len(names),
		head:  "INSERT INTO " + schema.Quote(table.Name) + " (" + strings.Join(names, ",") + ") VALUES ",
		row:   "(" + strings.Join(marks, ",") + ")",
		nulls: make([]byte, (wire.MaxParams+7)/8),
	}
}

// add a row, and insert when there are enough.
func (b *batch) add(line []byte) error {
	first := b.rows * b.columns
	b.values = rows.Params(b.values, line, func(column int) {
		b.nulls[(first+column)/8] |= 1 << ((first + column) % 8)
	})
	b.rows++
	if b.full() {
		return b.flush()
	}
	return nil
}

// full when the rows are those of the statement at hand, or too many bytes, or one more has no room.
func (b *batch) full() bool {
	limit := min(statementBytes, b.conn.MaxPacket()/4)
	if b.prepared != nil && b.rows*b.columns == b.prepared.Params() {
		return true
	}
	if b.prepared != nil {
		limit *= 2 // rows that are a little longer than the first ones
	}
	return len(b.values) >= limit || (b.rows+1)*b.columns > wire.MaxParams
}

func (b *batch) flush() error {
	if b.rows == 0 {
		return nil
	}
	if err := b.prepare(); err != nil {
		return err
	}
	ok, err := b.prepared.Execute(b.nulls, b.values)
	b.inserted += ok.Affected
	clear(b.nulls[:(b.rows*b.columns+7)/8])
	b.rows, b.values = 0, b.values[:0]
	if cap(b.values) > 8*statementBytes {
		b.values = nil // after a long row
	}
	return err
}

// prepare a statement of as many rows as there are.
func (b *batch) prepare() error {
	if b.prepared != nil {
		if b.prepared.Params() == b.rows*b.columns {
			return nil
		}
		if err := b.close(); err != nil {
			return err
		}
	}
	query := make([]byte, 0, len(b.head)+b.rows*(len(b.row)+1))
	query = append(query, b.head...)
	for row := range b.rows {
		if row > 0 {
			query = append(query, ',')
		}
		query = append(query, b.row...)
	}
	var err error
	b.prepared, err = b.conn.Prepare(query)
	return err
}

func (b *batch) close() error {
	if b.prepared == nil {
		return nil
	}
	old := b.prepared
	b.prepared = nil
	return old.Close()
}

func insert(conn *wire.Conn, table manifest.Table, p *part) (uint64, error) {
	b := newBatch(conn, table)
	err := rows.Each(p, func(line []byte) error { return b.add(line[:len(line)-1]) })
	if err == nil {
		err = b.flush()
	}
	if err == nil {
		err = b.close()
	}
	return b.inserted, err
}
