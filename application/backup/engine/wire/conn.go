// Package wire moves rows between a MySQL server and memory without turning them into Go values: the login (TLS,
// caching_sha2_password) is go-mysql's, the text protocol's few packets after it are read and written here. Database
// drivers parse each number and allocate each column; a dump only copies bytes.
package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"
)

// Target says where a server is and who asks.
type Target struct {
	// Host is a DNS name, an address, or the path of a Unix socket.
	Host     string
	Port     int
	Username string
	Password string
	// CAFile holds the certificate authorities in PEM. Without it only a server on this machine is accepted.
	CAFile string
}

// Conn is one session. It is used by one goroutine at a time; an error of the network leaves it unusable.
type Conn struct {
	net     net.Conn
	reader  *bufio.Reader
	seq     byte
	big     []byte
	version string
	// maxPacket is the server's max_allowed_packet in bytes.
	maxPacket int
	stop      func() bool
}

// readBuffer in bytes: rows shorter than this are handed out without being copied.
const readBuffer = 512 << 10

const maxPayload = 1<<24 - 1

// ServerError is what the server answered instead of a result.
type ServerError struct {
	Code    uint16
	Message string
}

func (e *ServerError) Error() string { return fmt.Sprintf("database error %d: %s", e.Code, e.Message) }

// OK is the server's answer to a statement without rows.
type OK struct {
	Affected uint64
	Warnings uint16
}

// Dial logs in. When ctx ends, so does the connection: a statement under way fails at once.
func Dial(ctx context.Context, target Target) (*Conn, error) {
	secure, err := tlsFor(target)
	if err != nil {
		return nil, err
	}
	address := target.Host
	if !strings.HasPrefix(address, "/") {
		address = net.JoinHostPort(target.Host, strconv.Itoa(target.Port))
	}
	options := func(c *client.Conn) error {
		// The packets below are those of a client without these.
		c.UnsetCapability(mysql.CLIENT_DEPRECATE_EOF)
		c.UnsetCapability(mysql.CLIENT_QUERY_ATTRIBUTES)
		c.SetCapability(mysql.CLIENT_LOCAL_FILES)
		if secure != nil {
			c.SetTLSConfig(secure)
		}
		return nil
	}
	login, err := client.ConnectWithContext(ctx, address, target.Username, target.Password, "", 15*time.Second, options)
	if err != nil {
		return nil, fmt.Errorf("cannot log in to %s as %s: %w", address, target.Username, unwrap(err))
	}
	conn := &Conn{net: login.Conn.Conn, version: strings.TrimPrefix(login.GetServerVersion(), "5.5.5-")} // MariaDB says 5.5.5 to old replicas
	conn.reader = bufio.NewReaderSize(conn.net, readBuffer)
	conn.stop = context.AfterFunc(ctx, func() { _ = conn.net.Close() })
	value, err := conn.Value("SELECT @@max_allowed_packet")
	if err != nil {
		conn.Close()
		return nil, err
	}
	if conn.maxPacket, err = strconv.Atoi(value); err != nil {
		conn.Close()
		return nil, fmt.Errorf("max_allowed_packet is %q", value)
	}
	return conn, nil
}

// unwrap takes the stack traces off go-mysql's errors.
func unwrap(err error) error {
	var server *mysql.MyError
	if errors.As(err, &server) {
		return &ServerError{Code: server.Code, Message: server.Message}
	}
	return errors.New(err.Error())
}

func tlsFor(target Target) (*tls.Config, error) {
	if target.CAFile == "" {
		if isLocal(target.Host) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s is another machine and DB_TLS_CA names no certificate authorities: a password is not sent in the clear", target.Host)
	}
	pem, err := os.ReadFile(target.CAFile)
	if err != nil {
		return nil, fmt.Errorf("the certificate authorities of DB_TLS_CA: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s of DB_TLS_CA holds no certificate in PEM", target.CAFile)
	}
	return &tls.Config{RootCAs: pool, ServerName: target.Host, MinVersion: tls.VersionTLS12}, nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Version is the server's own, such as 8.0.42 or 10.11.19-MariaDB.
func (c *Conn) Version() string { return c.version }

// MaxPacket is the longest statement that the server takes, in bytes.
func (c *Conn) MaxPacket() int { return c.maxPacket }

// IsMariaDB tells the two apart where their statements differ.
func (c *Conn) IsMariaDB() bool { return strings.Contains(c.version, "MariaDB") }

// Close ends the session; the server rolls back what was not committed.
func (c *Conn) Close() {
	c.stop()
	_ = c.net.Close()
}

func (c *Conn) send(command byte, parts ...[]byte) error {
	total := 1
	for _, part := range parts {
		total += len(part)
	}
	payload := make([]byte, 0, total)
	payload = append(payload, command)
	for _, part := range parts {
		payload = append(payload, part...)
	}
	c.seq = 0
	return c.writePacket(payload)
}

func (c *Conn) writePacket(payload []byte) error {
	for {
		piece := payload[:min(len(payload), maxPayload)]
		header := [4]byte{byte(len(piece)), byte(len(piece) >> 8), byte(len(piece) >> 16), c.seq}
		c.seq++
		buffers := net.Buffers{header[:], piece}
		if _, err := buffers.WriteTo(c.net); err != nil {
			return fmt.Errorf("connection to the database: %w", err)
		}
		payload = payload[len(piece):]
		if len(piece) < maxPayload {
			return nil
		}
	}
}

// readPacket returns a payload that is good until the next call.
func (c *Conn) readPacket() ([]byte, error) {
	length, err := c.readHeader()
	if err != nil {
		return nil, err
	}
	if length < readBuffer {
		payload, err := c.reader.Peek(length)
		if err != nil {
			return nil, broken(err)
		}
		_, err = c.reader.Discard(length)
		return payload, err
	}
	c.big = c.big[:0]
	for {
		start := len(c.big)
		c.big = append(c.big, make([]byte, length)...)
		if _, err := io.ReadFull(c.reader, c.big[start:]); err != nil {
			return nil, broken(err)
		}
		if length < maxPayload {
			break
		}
		if length, err = c.readHeader(); err != nil {
			return nil, err
		}
	}
	payload := c.big
	if cap(c.big) > 4<<20 {
		c.big = nil // one long row must not stay in memory for the rest of the dump
	}
	return payload, nil
}

func (c *Conn) readHeader() (int, error) {
	header, err := c.reader.Peek(4)
	if err != nil {
		return 0, broken(err)
	}
	length := int(header[0]) | int(header[1])<<8 | int(header[2])<<16
	c.seq = header[3] + 1
	_, err = c.reader.Discard(4)
	return length, err
}

func broken(err error) error { return fmt.Errorf("connection to the database: %w", err) }

func serverError(payload []byte) error {
	if len(payload) < 3 {
		return errors.New("the database sent an error without a code")
	}
	message := payload[3:]
	if len(message) > 6 && message[0] == '#' {
		message = message[6:]
	}
	return &ServerError{Code: binary.LittleEndian.Uint16(payload[1:]), Message: string(message)}
}
