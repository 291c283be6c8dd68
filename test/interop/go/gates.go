package main

import (
	"context"
	"sync"
)

// gates is what sessions wait at until they are told to go on, for all of them to be there at once.
type gates struct {
	lock    *sync.Mutex
	changed *sync.Cond
	doors   map[string]chan struct{}
	waiting map[string]int
}

func newGates() gates {
	lock := &sync.Mutex{}
	return gates{lock, sync.NewCond(lock), map[string]chan struct{}{}, map[string]int{}}
}

func (g gates) door(name string) chan struct{} {
	if g.doors[name] == nil {
		g.doors[name] = make(chan struct{})
	}
	return g.doors[name]
}

func (g gates) wait(ctx context.Context, name string) {
	g.lock.Lock()
	door := g.door(name)
	g.waiting[name]++
	g.changed.Broadcast()
	g.lock.Unlock()
	select {
	case <-door:
	case <-ctx.Done():
	}
}

func (g gates) open(name string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	close(g.door(name))
}

func (g gates) arrived(name string, count int) {
	g.lock.Lock()
	defer g.lock.Unlock()
	for g.waiting[name] < count {
		g.changed.Wait()
	}
}
