package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/runtime"
	internalapi "k8s.io/cri-api/pkg/apis"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	criclient "k8s.io/cri-client/pkg"
)

// clientRequest is a line that the client reads.
type clientRequest struct {
	ID int `json:"id"`
	// exec, attach or forward; open opens a gate, arrived waits until so many wait at it.
	Verb string `json:"verb"`
	// spdy or websocket.
	Transport string `json:"transport"`
	// Instead of those that client-go offers by itself.
	Protocols []string `json:"protocols"`
	// Where to connect to; without it the CRI endpoint is asked.
	URL          string   `json:"url"`
	ContainerID  string   `json:"containerId"`
	PodSandboxID string   `json:"podSandboxId"`
	Command      []string `json:"command"`

	TTY    bool `json:"tty"`
	Stdin  bool `json:"stdin"`
	Stdout bool `json:"stdout"`
	Stderr bool `json:"stderr"`
	// Hash what goes over the streams.
	Hash bool `json:"hash"`
	// So much goes to stdin, which then ends; of forward: through each connection.
	PayloadBytes int64 `json:"payloadBytes"`
	// Else these are done one after another, and stdin ends with the last.
	Steps []step `json:"steps"`

	Ports []int32 `json:"ports"`
	// How many at once for each port.
	Connections int `json:"connections"`

	// Of exec and attach: stdout and stderr are not read before it is open. Of open and arrived: the gate.
	Gate string `json:"gate"`
	// Of arrived.
	Count int `json:"count"`
}

// clientAnswer is the line that it writes when a request is done.
type clientAnswer struct {
	ID    int    `json:"id"`
	Error string `json:"error"`
	// Undefined when the server did not tell one.
	ExitCode *int  `json:"exitCode,omitempty"`
	Sent     *told `json:"sent,omitempty"`
	Stdout   *told `json:"stdout,omitempty"`
	Stderr   *told `json:"stderr,omitempty"`
	// Of forward: one a connection, by port.
	Connections []connectionAnswer `json:"connections,omitempty"`
	// What client-go told nobody but the log.
	Logged []string `json:"logged,omitempty"`
	Millis float64  `json:"millis"`
}

type client struct {
	cri   internalapi.RuntimeService
	gates gates
}

func runClient(ctx context.Context, args []string) error {
	socket, err := criFlag("client", args)
	if err != nil {
		return err
	}
	c := &client{gates: newGates()}
	if socket != "" {
		if c.cri, err = dialCRI(ctx, socket); err != nil {
			return err
		}
	}
	return serveLines(ctx, c.answer)
}

func dialCRI(ctx context.Context, socket string) (internalapi.RuntimeService, error) {
	return criclient.NewRemoteRuntimeService(ctx, "unix://"+socket, 10*time.Second, nil, false)
}

func (c *client) answer(ctx context.Context, request clientRequest) clientAnswer {
	begun := time.Now()
	answer := c.perform(ctx, request)
	answer.ID = request.ID
	answer.Millis = float64(time.Since(begun).Microseconds()) / 1000
	return answer
}

func (c *client) perform(ctx context.Context, request clientRequest) clientAnswer {
	switch request.Verb {
	case "open":
		c.gates.open(request.Gate)
		return clientAnswer{}
	case "arrived":
		c.gates.arrived(request.Gate, request.Count)
		return clientAnswer{}
	}
	url, err := c.urlOf(ctx, request)
	if err != nil {
		return clientAnswer{Error: err.Error()}
	}
	request.URL = url
	switch request.Verb {
	case "exec", "attach":
		return c.stream(ctx, request)
	case "forward":
		return forward(request)
	}
	return clientAnswer{Error: "no such verb: " + request.Verb}
}

func (c *client) urlOf(ctx context.Context, request clientRequest) (string, error) {
	if request.URL != "" {
		return request.URL, nil
	}
	if c.cri == nil {
		return "", fmt.Errorf("neither a URL nor a CRI endpoint")
	}
	return streamURL(ctx, c.cri, request)
}

func streamURL(ctx context.Context, cri internalapi.RuntimeService, request clientRequest) (string, error) {
	switch request.Verb {
	case "exec":
		answer, err := cri.Exec(ctx, &runtimeapi.ExecRequest{
			ContainerId: request.ContainerID, Cmd: request.Command,
			Tty: request.TTY, Stdin: request.Stdin, Stdout: request.Stdout, Stderr: request.Stderr,
		})
		return answer.GetUrl(), err
	case "attach":
		answer, err := cri.Attach(ctx, &runtimeapi.AttachRequest{
			ContainerId: request.ContainerID,
			Tty:         request.TTY, Stdin: request.Stdin, Stdout: request.Stdout, Stderr: request.Stderr,
		})
		return answer.GetUrl(), err
	}
	answer, err := cri.PortForward(ctx, &runtimeapi.PortForwardRequest{
		PodSandboxId: request.PodSandboxID, Port: request.Ports,
	})
	return answer.GetUrl(), err
}

var logged = struct {
	sync.Mutex
	lines []string
}{}

func init() {
	runtime.ErrorHandlers = []runtime.ErrorHandler{func(_ context.Context, err error, _ string, _ ...any) {
		logged.Lock()
		defer logged.Unlock()
		logged.lines = append(logged.lines, err.Error())
	}}
}

// takeLogged gives what client-go has logged since the last time.
func takeLogged() []string {
	logged.Lock()
	defer logged.Unlock()
	lines := logged.lines
	logged.lines = nil
	return lines
}
