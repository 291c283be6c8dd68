package main

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"

	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/cri-streaming/pkg/streaming"
	"k8s.io/streaming/pkg/httpstream/wsstream"
)

// serverRequest asks for a URL: verb exec or forward.
type serverRequest struct {
	ID      int      `json:"id"`
	Verb    string   `json:"verb"`
	Command []string `json:"command"`
	TTY     bool     `json:"tty"`
	Stdin   bool     `json:"stdin"`
	Stdout  bool     `json:"stdout"`
	Stderr  bool     `json:"stderr"`
}

type serverAnswer struct {
	ID    int    `json:"id"`
	URL   string `json:"url"`
	Error string `json:"error"`
}

// referenceServer is the library that containerd and CRI-O serve streams with. What it leaves to the API server and the kubelet,
// WebSocket's fifth protocol and the tunnel, is added to it by the same libraries.
type referenceServer struct {
	library streaming.Server
	runtime memoryRuntime
	// By path, for what the library does not serve.
	requests sync.Map
}

func runServer(ctx context.Context, _ []string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	config := streaming.DefaultConfig
	config.BaseURL = &url.URL{Scheme: "http", Host: listener.Addr().String()}
	server := &referenceServer{}
	if server.library, err = streaming.NewServer(config, server.runtime); err != nil {
		return err
	}
	go func() { _ = http.Serve(listener, server) }()
	return serveLines(ctx, server.answer)
}

func (s *referenceServer) answer(_ context.Context, request serverRequest) serverAnswer {
	location, err := s.urlOf(request)
	if err != nil {
		return serverAnswer{ID: request.ID, Error: err.Error()}
	}
	if parsed, err := url.Parse(location); err == nil {
		s.requests.Store(parsed.Path, request)
	}
	return serverAnswer{ID: request.ID, URL: location}
}

func (s *referenceServer) urlOf(request serverRequest) (string, error) {
	if request.Verb == "forward" {
		answer, err := s.library.GetPortForward(&runtimeapi.PortForwardRequest{PodSandboxId: "memory"})
		return answer.GetUrl(), err
	}
	answer, err := s.library.GetExec(&runtimeapi.ExecRequest{
		ContainerId: "memory", Cmd: request.Command,
		Tty: request.TTY, Stdin: request.Stdin, Stdout: request.Stdout, Stderr: request.Stderr,
	})
	return answer.GetUrl(), err
}

func (s *referenceServer) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	known, found := s.requests.LoadAndDelete(request.URL.Path)
	switch {
	case found && wsstream.IsWebSocketRequestWithStreamCloseProtocol(request):
		s.serveChannels(writer, request, known.(serverRequest))
	case found && wsstream.IsWebSocketRequestWithTunnelingProtocol(request):
		s.serveTunnel(writer, request)
	default:
		s.library.ServeHTTP(writer, request)
	}
}
