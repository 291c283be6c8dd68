package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	internalapi "k8s.io/cri-api/pkg/apis"
)

// apiServer is what kubectl sees of a cluster with the pods CONTAINER_ID.POD_SANDBOX_ID. It does for their streams what API server
// and kubelet do together: asks the CRI for a URL and passes the client's own upgrade on to it.
type apiServer struct{ cri internalapi.RuntimeService }

func runAPIServer(ctx context.Context, args []string) error {
	socket, err := criFlag("apiserver", args)
	if err != nil {
		return err
	}
	cri, err := dialCRI(ctx, socket)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + listener.Addr().String())
	go func() { _ = http.Serve(listener, &apiServer{cri}) }()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func (s *apiServer) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
	switch {
	case request.URL.Path == "/api":
		reply(writer, metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}})
	case request.URL.Path == "/apis":
		reply(writer, metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}})
	case request.URL.Path == "/api/v1":
		pods := metav1.APIResource{Name: "pods", SingularName: "pod", Namespaced: true, Kind: "Pod", Verbs: metav1.Verbs{"get"}}
		reply(writer, metav1.APIResourceList{
			TypeMeta:     metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"},
			GroupVersion: "v1", APIResources: []metav1.APIResource{pods},
		})
	case len(parts) == 6:
		reply(writer, podOf(parts[5]))
	case len(parts) == 7:
		s.serveStream(writer, request, parts[5], parts[6])
	default:
		http.NotFound(writer, request)
	}
}

func reply(writer http.ResponseWriter, object any) {
	writer.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(writer).Encode(object)
}

func podOf(name string) corev1.Pod {
	return corev1.Pod{
		TypeMeta:   metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", TTY: true, Stdin: true}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
}

func (s *apiServer) serveStream(writer http.ResponseWriter, request *http.Request, pod, subresource string) {
	container, sandbox, _ := strings.Cut(pod, ".")
	query := request.URL.Query()
	asked := clientRequest{
		Verb: subresource, ContainerID: container, PodSandboxID: sandbox, Command: query["command"],
		TTY: flagOf(query, "tty"), Stdin: flagOf(query, "stdin"), Stdout: flagOf(query, "stdout"), Stderr: flagOf(query, "stderr"),
	}
	location, err := streamURL(request.Context(), s.cri, asked)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	target, err := url.Parse(location)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	proxy := httputil.ReverseProxy{Rewrite: func(passed *httputil.ProxyRequest) { passed.Out.URL = target }}
	proxy.ServeHTTP(writer, request)
}

// flagOf reads a flag that older clients write as 1, newer ones as true.
func flagOf(query url.Values, name string) bool {
	value := query.Get(name)
	return value == "true" || value == "1"
}
