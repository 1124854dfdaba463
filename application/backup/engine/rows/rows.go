// Package rows turns rows into the lines that a part holds, and back. The form is LOAD DATA's own default: fields end
// with a tab, rows with a line feed, NULL is \N, and a backslash stands before what would be mistaken for one of those.
// So a part can be read with `zstd -d` and loaded with any client, without this program.
package rows

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math/bits"

	"affiliate-backup/wire"

	"github.com/zeebo/xxh3"
)

var escapes = [256]byte{'\\': '\\', '\t': 't', '\n': 'n', 0: '0'}

// Append adds a row of the text protocol as a line.
func Append(line, row []byte, columns int) ([]byte, error) {
	for column := range columns {
		text, rest, null, err := wire.Field(row)
		if err != nil {
			return nil, err
		}
		row = rest
		if column > 0 {
			line = append(line, '\t')
		}
		if null {
			line = append(line, '\\', 'N')
			continue
		}
		line = appendEscaped(line, text)
	}
	if len(row) != 0 {
		return nil, errors.New("the database sent a row with too many columns")
	}
	return append(line, '\n'), nil
}

func appendEscaped(line, text []byte) []byte {
	start := 0
	for index, char := range text {
		if escape := escapes[char]; escape != 0 {
			line = append(line, text[start:index]...)
			line = append(line, '\\', escape)
			start = index + 1
		}
	}
	return append(line, text[start:]...)
}

var unescapes = [256]byte{'\\': '\\', 't': '\t', 'n': '\n', '0': 0}

// Params turns a line, without its line feed, into values of a prepared statement: each a length-encoded text. null is
// called with the number of each field that is NULL.
func Params(values, line []byte, null func(column int)) []byte {
	for column := 0; ; column++ {
		field, rest, more := bytes.Cut(line, []byte{'\t'})
		switch {
		case string(field) == `\N`:
			null(column)
		case bytes.IndexByte(field, '\\') < 0:
			values = append(wire.AppendLength(values, len(field)), field...)
		default:
			values = appendUnescaped(values, field)
		}
		if !more {
			return values
		}
		line = rest
	}
}

func appendUnescaped(values, field []byte) []byte {
	escapes := 0
	for index := 0; index < len(field); index++ {
		if field[index] == '\\' {
			escapes++
			index++ // what it stands before is never an escape's beginning
		}
	}
	values = wire.AppendLength(values, len(field)-escapes)
	for {
		escape := bytes.IndexByte(field, '\\')
		if escape < 0 || escape+1 == len(field) {
			return append(values, field...)
		}
		values = append(append(values, field[:escape]...), unescapes[field[escape+1]])
		field = field[escape+2:]
	}
}

// Sum is a digest of a set of rows: the sum of each line's 128-bit hash. It does not depend on the order or on how the
// rows were cut into parts, so a table's is the sum of its parts'. It finds damage and difference; against a forger
// stand the parts' SHA-256.
type Sum struct {
	High, Low uint64
	Rows      uint64
	Bytes     uint64
}

// Line adds a line, with its line feed.
func (s *Sum) Line(line []byte) {
	hash := xxh3.Hash128(line)
	s.add(hash.Hi, hash.Lo)
	s.Rows++
	s.Bytes += uint64(len(line))
}

func (s *Sum) add(high, low uint64) {
	var carry uint64
	s.Low, carry = bits.Add64(s.Low, low, 0)
	s.High, _ = bits.Add64(s.High, high, carry)
}

// Plus adds what another sum counted.
func (s *Sum) Plus(other Sum) {
	s.add(other.High, other.Low)
	s.Rows += other.Rows
	s.Bytes += other.Bytes
}

// Digest in hexadecimal.
func (s *Sum) Digest() string {
	digest := xxh3.Uint128{Hi: s.High, Lo: s.Low}.Bytes()
	return hex.EncodeToString(digest[:])
}

// ParseDigest reads what Digest wrote.
func ParseDigest(text string) (Sum, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 16 {
		return Sum{}, errors.New("a digest has 32 hexadecimal digits")
	}
	sum := Sum{}
	for index := range 8 {
		sum.High = sum.High<<8 | uint64(raw[index])
		sum.Low = sum.Low<<8 | uint64(raw[index+8])
	}
	return sum, nil
}

// Each calls line with every line of a part, its line feed included. Memory is that of the longest line.
func Each(part io.Reader, line func(line []byte) error) error {
	reader := bufio.NewReaderSize(part, 256<<10)
	var long []byte
	for {
		piece, err := reader.ReadSlice('\n')
		switch {
		case err == nil && len(long) == 0:
			err = line(piece)
		case err == nil:
			err = line(append(long, piece...))
			long = nil
		case errors.Is(err, bufio.ErrBufferFull):
			long = append(long, piece...)
			err = nil
		case errors.Is(err, io.EOF) && len(piece)+len(long) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
}

// Counting hands a part through and sums its lines on the way.
type Counting struct {
	Source io.Reader
	Sum    Sum
	rest   []byte
}

func (c *Counting) Read(buffer []byte) (int, error) {
	count, err := c.Source.Read(buffer)
	data := buffer[:count]
	for {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			break
		}
		if len(c.rest) > 0 {
			c.rest = append(c.rest, data[:end+1]...)
			c.Sum.Line(c.rest)
			c.rest = c.rest[:0]
			if cap(c.rest) > 4<<20 {
				c.rest = nil
			}
		} else {
			c.Sum.Line(data[:end+1])
		}
		data = data[end+1:]
	}
	c.rest = append(c.rest, data...)
	if errors.Is(err, io.EOF) && len(c.rest) > 0 {
		return count, io.ErrUnexpectedEOF
	}
	return count, err
}
