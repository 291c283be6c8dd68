package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"sync"
)

// serveLines answers each line of stdin, all of them at once, until stdin ends. What still runs then is given up.
func serveLines[Request any, Answer any](ctx context.Context, answer func(context.Context, Request) Answer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var lock sync.Mutex
	output := json.NewEncoder(os.Stdout)
	input := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var request Request
		if err := input.Decode(&request); err != nil {
			// Nobody writes from here on: the end of this process would cut a line in two.
			lock.Lock()
			if err == io.EOF {
				return nil
			}
			return err
		}
		go func() {
			done := answer(ctx, request)
			lock.Lock()
			defer lock.Unlock()
			_ = output.Encode(done)
		}()
	}
}
