package schema

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"affiliate-backup/manifest"
	"affiliate-backup/wire"
)

// PartBytes is how much of a table goes into one part, in bytes as the server stores them.
const PartBytes = 64 << 20

var (
	integers = map[string]bool{"tinyint": true, "smallint": true, "mediumint": true, "int": true, "bigint": true}
	binaries = map[string]bool{"binary": true, "varbinary": true}
	texts    = map[string]bool{"char": true, "varchar": true}
	plain    = map[string]bool{"date": true, "datetime": true, "timestamp": true, "decimal": true}
	unsafe   = regexp.MustCompile(`[^A-Za-z0-9_-]`)
)

// Parts cuts a table along its primary key. The ranges leave no gap: the first and the last are open.
func Parts(conn *wire.Conn, table manifest.Table, number int, size Size, partBytes int64) ([]manifest.Part, error) {
	bounds, err := boundaries(conn, table, size, partBytes)
	if err != nil {
		return nil, fmt.Errorf("ranges of table %s: %w", table.Name, err)
	}
	column := Quote(table.Primary)
	parts := make([]manifest.Part, len(bounds)+1)
	for index := range parts {
		var where []string
		if index > 0 {
			where = append(where, column+" >= "+bounds[index-1])
		}
		if index < len(bounds) {
			where = append(where, column+" < "+bounds[index])
		}
		parts[index] = manifest.Part{
			Name:   fmt.Sprintf("%04d-%.60s/%06d.tsv.zst", number, unsafe.ReplaceAllString(table.Name, "_"), index),
			Where:  strings.Join(where, " AND "),
			Weight: max(1, size.Bytes/int64(len(parts))),
		}
	}
	return parts, nil
}

func boundaries(conn *wire.Conn, table manifest.Table, size Size, partBytes int64) ([]string, error) {
	if table.Primary == "" || size.Bytes <= partBytes*3/2 || size.Rows < 2 {
		return nil, nil
	}
	rows := max(1, size.Rows*partBytes/size.Bytes)
	kind := ""
	for _, column := range table.Columns {
		if column.Name == table.Primary {
			kind = column.Type
		}
	}
	switch {
	case integers[kind]:
		return integerBounds(conn, table, rows)
	case texts[kind] || binaries[kind] || plain[kind]:
		return steppedBounds(conn, table, kind, rows)
	}
	return nil, nil
}

// integerBounds halves ranges until the optimizer's estimate of each is small enough: a dive into the index and no read
// of rows. Ids that leave gaps of any width, as time-ordered ones do, cost a few dives more.
func integerBounds(conn *wire.Conn, table manifest.Table, rows int64) ([]string, error) {
	column := Quote(table.Primary)
	ends, err := conn.Records(fmt.Sprintf("SELECT MIN(%s) AS low, MAX(%s) AS high FROM %s", column, column, Quote(table.Name)))
	if err != nil || ends[0]["low"] == "" {
		return nil, err
	}
	low, okLow := new(big.Int).SetString(ends[0]["low"], 10)
	high, okHigh := new(big.Int).SetString(ends[0]["high"], 10)
	if !okLow || !okHigh {
		return nil, fmt.Errorf("%s is between %q and %q", column, ends[0]["low"], ends[0]["high"])
	}
	type interval struct {
		from *big.Int
		rows int64
	}
	var found []interval
	var halve func(from, to *big.Int) error // from included, to not
	halve = func(from, to *big.Int) error {
		estimate, err := estimated(conn, fmt.Sprintf("SELECT 1 FROM %s WHERE %s >= %s AND %s < %s", Quote(table.Name), column, from, column, to))
		if err != nil {
			return err
		}
		middle := new(big.Int).Rsh(new(big.Int).Add(from, to), 1)
		if estimate <= rows*5/4 || middle.Cmp(from) == 0 {
			found = append(found, interval{from, estimate})
			return nil
		}
		if err := halve(from, middle); err != nil {
			return err
		}
		return halve(middle, to)
	}
	if err := halve(low, new(big.Int).Add(high, big.NewInt(1))); err != nil {
		return nil, err
	}
	var bounds []string
	gathered := found[0].rows
	for _, next := range found[1:] {
		if gathered+next.rows > rows*5/4 {
			bounds = append(bounds, next.from.String())
			gathered = 0
		}
		gathered += next.rows
	}
	return bounds, nil
}

func estimated(conn *wire.Conn, query string) (int64, error) {
	records, err := conn.Records("EXPLAIN " + query)
	if err != nil || len(records) == 0 || records[0]["rows"] == "" {
		return 0, err
	}
	return strconv.ParseInt(records[0]["rows"], 10, 64)
}

// steppedBounds walks the primary key: every other type has no middle.
func steppedBounds(conn *wire.Conn, table manifest.Table, kind string, rows int64) ([]string, error) {
	column, charset := Quote(table.Primary), ""
	if texts[kind] {
		var err error
		charset, err = conn.Value("SELECT CHARACTER_SET_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()" +
			" AND TABLE_NAME = " + Literal(table.Name) + " AND COLUMN_NAME = " + Literal(table.Primary))
		if err != nil {
			return nil, err
		}
	}
	var bounds []string
	where := ""
	for {
		records, err := conn.Records(fmt.Sprintf("SELECT %s AS bound FROM %s FORCE INDEX (PRIMARY)%s ORDER BY %s LIMIT 1 OFFSET %d",
			column, Quote(table.Name), where, column, rows-1))
		if err != nil || len(records) == 0 {
			return bounds, err
		}
		value := records[0]["bound"]
		bound := Literal(value)
		switch {
		case value != "" && binaries[kind]:
			bound = "0x" + hex.EncodeToString([]byte(value))
		case value != "" && texts[kind]:
			bound = "CONVERT(0x" + hex.EncodeToString([]byte(value)) + " USING " + charset + ")"
		}
		bounds = append(bounds, bound)
		where = " WHERE " + column + " > " + bound
	}
}

// Select reads the dumped columns of a range. A FLOAT is read as the DOUBLE it equals: as itself it would be rounded to
// six digits.
func Select(table manifest.Table, where string) string {
	columns := make([]string, len(table.Columns))
	for index, column := range table.Columns {
		columns[index] = Quote(column.Name)
		if column.Type == "float" {
			columns[index] += " * 1e0"
		}
	}
	query := "SELECT " + strings.Join(columns, ", ") + " FROM " + Quote(table.Name)
	if table.Primary != "" {
		query += " FORCE INDEX (PRIMARY)"
	}
	if where != "" {
		query += " WHERE " + where
	}
	return query
}
