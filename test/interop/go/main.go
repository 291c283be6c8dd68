// Command interop holds Kubernetes' own programs at the other end of our streams.
//
//	interop client [-cri SOCKET]     does what it is asked on stdin as kubectl and crictl would, by client-go
//	interop server                   the streaming server of Kubernetes before streams in memory, to compare with
//	interop apiserver -cri SOCKET    as much of an API server as kubectl needs to reach a pod
//	interop echo PORT                sends back what it gets, on every address
//
// The first two read one JSON object a line from stdin and answer each with one on stdout, in the order of completion; they end
// with stdin.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"

	"k8s.io/klog/v2"
)

var verbs = map[string]func(ctx context.Context, args []string) error{
	"client":    runClient,
	"server":    runServer,
	"apiserver": runAPIServer,
	"echo":      runEcho,
}

func main() {
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))
	if len(os.Args) < 2 || verbs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "interop client|server|apiserver|echo")
		os.Exit(2)
	}
	if err := verbs[os.Args[1]](context.Background(), os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func criFlag(name string, args []string) (string, error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	socket := flags.String("cri", "", "socket of the CRI endpoint that is asked for URLs")
	err := flags.Parse(args)
	return *socket, err
}
