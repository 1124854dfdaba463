package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	comQuery  = 0x03
	okPacket  = 0x00
	infile    = 0xfb
	eofPacket = 0xfe
	errPacket = 0xff
)

// infileBlock in bytes: what is sent at once of a LOAD DATA LOCAL.
const infileBlock = 256 << 10

// Exec runs a statement that answers no rows. The parts are sent as one text.
func (c *Conn) Exec(parts ...[]byte) (OK, error) {
	if err := c.send(comQuery, parts...); err != nil {
		return OK{}, err
	}
	payload, err := c.readPacket()
	if err != nil {
		return OK{}, err
	}
	return readOK(payload)
}

// Run is Exec for texts, several in turn.
func (c *Conn) Run(statements ...string) error {
	for _, statement := range statements {
		if _, err := c.Exec([]byte(statement)); err != nil {
			return err
		}
	}
	return nil
}

func readOK(payload []byte) (OK, error) {
	switch {
	case len(payload) == 0:
		return OK{}, errors.New("the database sent an empty answer")
	case payload[0] == errPacket:
		return OK{}, serverError(payload)
	case payload[0] != okPacket:
		return OK{}, errors.New("the database answered rows where none were asked for")
	}
	affected, rest, err := lengthEncoded(payload[1:])
	if err != nil {
		return OK{}, err
	}
	_, rest, err = lengthEncoded(rest)
	if err != nil || len(rest) < 4 {
		return OK{}, errors.New("the database sent a short answer")
	}
	return OK{Affected: affected, Warnings: binary.LittleEndian.Uint16(rest[2:])}, nil
}

// Rows runs a query and hands out each row as the protocol sends it: one length-encoded text per column, 0xfb for
// NULL. A row is good until each returns. begin gets the columns' names first.
func (c *Conn) Rows(query string, begin func(names []string) error, each func(row []byte) error) error {
	if err := c.send(comQuery, []byte(query)); err != nil {
		return err
	}
	payload, err := c.readPacket()
	if err != nil {
		return err
	}
	if len(payload) > 0 && payload[0] == errPacket {
		return serverError(payload)
	}
	count, _, err := lengthEncoded(payload)
	if err != nil || count == 0 {
		return errors.New("the database answered no rows where some were asked for")
	}
	names := make([]string, count)
	for index := range names {
		if payload, err = c.readPacket(); err != nil {
			return err
		}
		if names[index], err = columnName(payload); err != nil {
			return err
		}
	}
	if _, err = c.readPacket(); err != nil { // the end of the columns
		return err
	}
	if begin != nil {
		if err = begin(names); err != nil {
			return err
		}
	}
	for {
		if payload, err = c.readPacket(); err != nil {
			return err
		}
		if len(payload) > 0 && payload[0] == errPacket {
			return serverError(payload)
		}
		if len(payload) < 9 && len(payload) > 0 && payload[0] == eofPacket {
			return nil
		}
		if err = each(payload); err != nil {
			return err
		}
	}
}

// columnName reads the fifth text of a column's definition.
func columnName(payload []byte) (string, error) {
	var text []byte
	for range 5 {
		var err error
		if text, payload, _, err = Field(payload); err != nil {
			return "", err
		}
	}
	return string(text), nil
}

// Record is a row of a small answer, by the column's name. NULL is absent.
type Record map[string]string

// Records runs a query whose answer fits in memory.
func (c *Conn) Records(query string) ([]Record, error) {
	var names []string
	var records []Record
	err := c.Rows(query, func(columns []string) error {
		names = columns
		return nil
	}, func(row []byte) error {
		record := Record{}
		for _, name := range names {
			text, rest, null, err := Field(row)
			if err != nil {
				return err
			}
			if row = rest; !null {
				record[name] = string(text)
			}
		}
		records = append(records, record)
		return nil
	})
	return records, err
}

// Value is the first column of the first row, "" for NULL and for no row.
func (c *Conn) Value(query string) (string, error) {
	value, found := "", false
	err := c.Rows(query, nil, func(row []byte) error {
		text, _, null, err := Field(row)
		if !found && !null {
			value = string(text)
		}
		found = true
		return err
	})
	return value, err
}

// LoadData runs a LOAD DATA LOCAL INFILE and sends it what body holds. When body fails, the connection is given up, so
// that the server rolls back: a part of a file is never taken for the whole.
func (c *Conn) LoadData(statement string, body io.Reader) (OK, error) {
	if err := c.send(comQuery, []byte(statement)); err != nil {
		return OK{}, err
	}
	payload, err := c.readPacket()
	if err != nil {
		return OK{}, err
	}
	if len(payload) == 0 || payload[0] != infile {
		return readOK(payload)
	}
	block := make([]byte, infileBlock)
	for {
		count, err := io.ReadFull(body, block)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			c.Close()
			return OK{}, err
		}
		if count > 0 {
			if failed := c.writePacket(block[:count]); failed != nil {
				return OK{}, failed
			}
		}
		if err != nil {
			break
		}
	}
	if err := c.writePacket(nil); err != nil {
		return OK{}, err
	}
	if payload, err = c.readPacket(); err != nil {
		return OK{}, err
	}
	return readOK(payload)
}

// Field takes the first length-encoded text off a row.
func Field(row []byte) (text, rest []byte, null bool, err error) {
	if len(row) > 0 && row[0] == 0xfb {
		return nil, row[1:], true, nil
	}
	length, rest, err := lengthEncoded(row)
	if err != nil {
		return nil, nil, false, err
	}
	if length > uint64(len(rest)) {
		return nil, nil, false, fmt.Errorf("the database sent a column of %d bytes in a row that has %d left", length, len(rest))
	}
	return rest[:length], rest[length:], false, nil
}

func lengthEncoded(data []byte) (uint64, []byte, error) {
	if len(data) == 0 {
		return 0, nil, errors.New("the database sent a row with too few columns")
	}
	width := 0
	switch data[0] {
	default:
		return uint64(data[0]), data[1:], nil
	case 0xfc:
		width = 2
	case 0xfd:
		width = 3
	case 0xfe:
		width = 8
	case 0xfb, 0xff:
	}
	if width == 0 || len(data) <= width {
		return 0, nil, errors.New("the database sent a length that is none")
	}
	var value uint64
	for index := width; index > 0; index-- {
		value = value<<8 | uint64(data[index])
	}
	return value, data[1+width:], nil
}

// AppendLength adds a length as the protocol writes it before a text.
func AppendLength(data []byte, length int) []byte {
	switch {
	case length < 251:
		return append(data, byte(length))
	case length < 1<<16:
		return append(data, 0xfc, byte(length), byte(length>>8))
	case length < 1<<24:
		return append(data, 0xfd, byte(length), byte(length>>8), byte(length>>16))
	}
	return binary.LittleEndian.AppendUint64(append(data, 0xfe), uint64(length))
}
