{{- define "credentials.directory" -}}
/var/run/secrets/egressunification.io/credentials
{{- end }}

{{- define "credentials.tokenDirectory" -}}
/var/run/secrets/egressunification.io/rrsa
{{- end }}

{{- /* a token of our own is asked for when both ARNs are there */ -}}
{{- define "credentials.ownToken" -}}
{{- if and .Values.credentials.rrsa.roleArn .Values.credentials.rrsa.oidcProviderArn }}yes{{ end }}
{{- end }}

{{- /* by the VPC endpoint of STS as well, where the region is said or can only be one */ -}}
{{- define "credentials.stsRegion" -}}
{{- $rrsa := .Values.credentials.rrsa }}
{{- if $rrsa.stsRegion }}{{ $rrsa.stsRegion }}
{{- else if and (eq .Values.network "vpc") (eq (len .Values.allowRegions) 1) (or (include "credentials.ownToken" .) $rrsa.roleName) }}{{ first .Values.allowRegions }}
{{- end }}
{{- end }}

{{- define "args" -}}
- run
- --network={{ .Values.network }}
{{- with .Values.credentials }}
{{- if ne .kind "auto" }}
- --credentials={{ .kind }}
{{- end }}
{{- if .secretName }}
- --credentials-directory={{ include "credentials.directory" $ }}
{{- end }}
{{- with .ecsRoleName }}
- --ecs-role-name={{ . }}
{{- end }}
{{- end }}
{{- range .Values.allowRegions }}
- --allow-region={{ . }}
{{- end }}
{{- range .Values.allowVpcs }}
- --allow-vpc={{ . }}
{{- end }}
{{- range $key, $value := .Values.requireInstanceTag }}
- {{ printf "--require-instance-tag=%s=%s" $key $value | quote }}
{{- end }}
{{- if .Values.observeOnly }}
- --observe-only
{{- end }}
{{- if .Values.allowBillingChanges }}
- --allow-billing-changes
{{- end }}
{{- if .Values.allowGuestCommands }}
- --allow-guest-commands
{{- end }}
{{- with .Values.prober }}
- {{ printf "--prober=%s" . | quote }}
{{- end }}
{{- with .Values.clusterId }}
- {{ printf "--cluster-id=%s" . | quote }}
{{- end }}
{{- if ne .Values.leaseNamespace "kube-system" }}
- --lease-namespace={{ .Values.leaseNamespace }}
{{- end }}
{{- if ne .Values.logLevel "info" }}
- --log-level={{ .Values.logLevel }}
{{- end }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "env" -}}
{{- if include "credentials.ownToken" . }}
- name: ALIBABA_CLOUD_ROLE_ARN
  value: {{ .Values.credentials.rrsa.roleArn }}
- name: ALIBABA_CLOUD_OIDC_PROVIDER_ARN
  value: {{ .Values.credentials.rrsa.oidcProviderArn }}
- name: ALIBABA_CLOUD_OIDC_TOKEN_FILE
  value: {{ include "credentials.tokenDirectory" . }}/token
{{- end }}
{{- with include "credentials.stsRegion" . }}
- name: ALIBABA_CLOUD_STS_REGION
  value: {{ . }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "volumeMounts" -}}
{{- if include "credentials.ownToken" . }}
- name: rrsa
  mountPath: {{ include "credentials.tokenDirectory" . }}
  readOnly: true
{{- end }}
{{- if .Values.credentials.secretName }}
- name: credentials
  mountPath: {{ include "credentials.directory" . }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "volumes" -}}
{{- if include "credentials.ownToken" . }}
- name: rrsa
  projected:
    sources:
      - serviceAccountToken:
          audience: sts.aliyuncs.com
          expirationSeconds: 3600
          path: token
{{- end }}
{{- with .Values.credentials.secretName }}
- name: credentials
  secret:
    secretName: {{ . }}
{{- end }}
{{- end }}

{{- define "topologySpread" -}}
{{- $selector := dict "matchLabels" (include "selectorLabels" . | fromYaml) }}
{{- range .Values.topologySpreadConstraints }}
- {{ merge (dict) . (dict "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway" "labelSelector" $selector) | toYaml | nindent 2 | trim }}
{{- end }}
{{- end }}
