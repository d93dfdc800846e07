{{- /* a role with its binding to the controller: (dict "root" . "suffix" "…" "namespace" "…" or "" "rules" "…") */ -}}
{{- define "role" -}}
{{- $scope := empty .namespace | ternary "Cluster" "" }}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $scope }}Role
metadata:
  name: {{ include "fullname" .root }}{{ .suffix }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "labels" .root | nindent 4 }}
rules:
  {{- .rules | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $scope }}RoleBinding
metadata:
  name: {{ include "fullname" .root }}{{ .suffix }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $scope }}Role
  name: {{ include "fullname" .root }}{{ .suffix }}
subjects:
  {{- include "controllerSubject" .root | nindent 2 }}
{{- end }}

{{- define "rules.cluster" }}
- apiGroups: [egressunification.io]
  resources: [egressunifications]
  verbs: [list, watch, patch]
- apiGroups: [egressunification.io]
  resources: [egressunifications/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [nodes]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [namespaces]
  resourceNames: [kube-system]
  verbs: [get]
{{- end }}

{{- define "rules.events" }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{- define "rules.lease" }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [egress-unification]
  verbs: [get, update]
{{- end }}
