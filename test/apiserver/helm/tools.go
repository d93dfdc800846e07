//go:build tools

// Package helm keeps go.mod and go.sum complete for the command that the apiserver tier builds.
package helm

import _ "helm.sh/helm/v3/cmd/helm"
