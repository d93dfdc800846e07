//go:build tools

// Package apiserver keeps go.mod and go.sum complete for the three commands that the apiserver tier builds.
package apiserver

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kubectl"
)
