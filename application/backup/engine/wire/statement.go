package wire

import (
	"encoding/binary"
	"errors"
)

const (
	stmtPrepare = 0x16
	stmtExecute = 0x17
	stmtClose   = 0x19
	// varString is the type of every parameter: the server reads a text into any column, as LOAD DATA does.
	varString = 0xfd
)

// MaxParams of a statement; the protocol counts them in 16 bits.
const MaxParams = 1<<16 - 1

// Statement is prepared on the server: it is parsed once, however often it runs.
type Statement struct {
	conn   *Conn
	id     [4]byte
	params int
	// types are sent with the first execution only; the server keeps them.
	types []byte
}

// Prepare a statement that answers no rows.
func (c *Conn) Prepare(query []byte) (*Statement, error) {
	if err := c.send(stmtPrepare, query); err != nil {
		return nil, err
	}
	payload, err := c.readPacket()
	if err != nil {
		return nil, err
	}
	if len(payload) > 0 && payload[0] == errPacket {
		return nil, serverError(payload)
	}
	if len(payload) < 9 || payload[0] != okPacket {
		return nil, errors.New("the database did not say what it prepared")
	}
	columns, params := binary.LittleEndian.Uint16(payload[5:]), binary.LittleEndian.Uint16(payload[7:])
	if columns != 0 {
		return nil, errors.New("the database prepared a statement that answers rows")
	}
	statement := &Statement{conn: c, id: [4]byte(payload[1:5]), params: int(params)}
	if params == 0 {
		return statement, nil
	}
	statement.types = make([]byte, 0, 2*params)
	for range params {
		if _, err = c.readPacket(); err != nil { // what the server thinks a parameter is
			return nil, err
		}
		statement.types = append(statement.types, varString, 0)
	}
	_, err = c.readPacket() // the end of the parameters
	return statement, err
}

// Params is how many values the statement takes.
func (s *Statement) Params() int { return s.params }

// Execute with values as AppendLength and their bytes, one after the other; nulls has a bit for each, set where it is
// NULL and has no value.
func (s *Statement) Execute(nulls, values []byte) (OK, error) {
	bound := []byte{0}
	if s.types != nil {
		bound[0] = 1
	}
	once := []byte{0, 1, 0, 0, 0} // no cursor, one round
	if err := s.conn.send(stmtExecute, s.id[:], once, nulls[:(s.params+7)/8], bound, s.types, values); err != nil {
		return OK{}, err
	}
	payload, err := s.conn.readPacket()
	if err != nil {
		return OK{}, err
	}
	s.types = nil
	return readOK(payload)
}

// Close forgets the statement. The server does not answer.
func (s *Statement) Close() error { return s.conn.send(stmtClose, s.id[:]) }
