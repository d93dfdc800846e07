{{- /* a pod that runs one of the chart's scripts in the controller's image: (dict "root" . "script" "files/….js" "args" (list)) */ -}}
{{- define "scriptPod" -}}
restartPolicy: Never
serviceAccountName: {{ include "serviceAccountName" .root }}
automountServiceAccountToken: {{ .token }}
enableServiceLinks: false
securityContext:
  {{- include "podSecurity" .root | nindent 2 }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: script
    image: {{ include "image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    command:
      - /usr/local/bin/node
      - --input-type=module
      - --eval
      - {{ .root.Files.Get .script | toJson }}
    {{- with .args }}
    args:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- if .token }}
    env:
      - name: NODE_EXTRA_CA_CERTS
        value: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    {{- end }}
    resources:
      requests:
        cpu: 10m
        memory: 64Mi
      limits:
        cpu: 500m
        memory: 128Mi
    securityContext:
      {{- include "containerSecurity" .root | nindent 6 }}
{{- end }}
