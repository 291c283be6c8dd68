package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
)

// pattern is what payloads repeat. Its length is prime to every buffer's, so that a lost or swapped buffer changes the hash.
var pattern = sync.OnceValue(func() []byte {
	bytes := make([]byte, 4<<20+13)
	_, _ = rand.NewChaCha8([32]byte{}).Read(bytes)
	return bytes
})

// payload gives so many bytes that look random and are the same each time.
type payload struct {
	left   int64
	offset int
}

func (p *payload) Read(into []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	if int64(len(into)) > p.left {
		into = into[:p.left]
	}
	count := copy(into, pattern()[p.offset:])
	p.offset = (p.offset + count) % len(pattern())
	p.left -= int64(count)
	return count, nil
}

// told is what a stream carried.
type told struct {
	Bytes  int64  `json:"bytes"`
	Sha256 string `json:"sha256,omitempty"`
	// The stream's beginning.
	Text string `json:"text"`
}

const maxTextBytes = 8 << 10

// collector counts what is written to it, hashes it if so wanted, and keeps the beginning.
type collector struct {
	// Is waited for before anything is taken.
	before  func()
	lock    sync.Mutex
	changed *sync.Cond
	hash    hash.Hash
	bytes   int64
	text    bytes.Buffer
	seen    int
	closed  bool
}

func newCollector(hashed bool) *collector {
	c := &collector{}
	c.changed = sync.NewCond(&c.lock)
	if hashed {
		c.hash = sha256.New()
	}
	return c
}

func (c *collector) Write(data []byte) (int, error) {
	if c.before != nil {
		c.before()
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.bytes += int64(len(data))
	if c.hash != nil {
		_, _ = c.hash.Write(data)
	}
	if room := maxTextBytes - c.text.Len(); room > 0 {
		c.text.Write(data[:min(room, len(data))])
		c.changed.Broadcast()
	}
	return len(data), nil
}

// expect waits until the text goes on with something that contains what is wanted; false when the stream ends before.
func (c *collector) expect(wanted string) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	for {
		if at := strings.Index(c.text.String()[c.seen:], wanted); at >= 0 {
			c.seen += at + len(wanted)
			return true
		}
		if c.closed {
			return false
		}
		c.changed.Wait()
	}
}

func (c *collector) close() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.closed = true
	c.changed.Broadcast()
}

func (c *collector) told() told {
	c.lock.Lock()
	defer c.lock.Unlock()
	sum := ""
	if c.hash != nil {
		sum = hex.EncodeToString(c.hash.Sum(nil))
	}
	return told{Bytes: c.bytes, Sha256: sum, Text: strings.ToValidUTF8(c.text.String(), "")}
}
