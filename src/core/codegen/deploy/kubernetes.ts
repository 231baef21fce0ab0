import { neededVariables, stopSeconds, type DeployedService } from './service.ts';

const preStopSeconds = 5;

/** `kubernetes/service.yaml`: the service, by the restricted Pod Security Standard. */
export function kubernetes(service: DeployedService): string {
  const { name, keepsFile } = service;
  const wanted = neededVariables(service);
  return `# kubectl create secret generic ${name} --from-env-file=.env${wanted.length === 0 ? '' : `    (${wanted.join(', ')})`}
${service.takesKeys ? `# kubectl create secret generic ${name}-keys --from-file=api-keys.json\n` : ''}# kubectl apply -f kubernetes/
apiVersion: apps/v1
kind: ${keepsFile ? 'StatefulSet' : 'Deployment'}
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: ${name}
spec:
  replicas: ${keepsFile ? '1 # one at a time has the file' : '2'}
${keepsFile ? `  serviceName: ${name}\n  podManagementPolicy: Parallel\n` : ''}  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      # Longer than DRAIN_SECONDS and the wait before it, so that open requests are answered.
      terminationGracePeriodSeconds: ${stopSeconds + preStopSeconds}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: service
          image: ${name}:1.0.0 # the one that you have pushed
          ports:
            - name: http
              containerPort: 8000
          env:
${environment(service)}          envFrom:
            - secretRef:
                name: ${name}
          startupProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 2
            failureThreshold: 30
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          lifecycle:
            preStop:
              # Until no connections come any more; the service takes none once it is told to end.
              sleep:
                seconds: ${preStopSeconds}
          resources:
            requests:
              cpu: 250m
              memory: 256Mi
            limits:
              memory: 512Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop:
                - ALL
          volumeMounts:
${volumes(service)
  .map(({ mount }) => mount)
  .join('')}      volumes:
${volumes(service)
  .map(({ volume }) => volume)
  .join('')}${keepsFile ? claim : ''}---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: ${name}
spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
${keepsFile ? '' : disruption(name)}`;
}

function disruption(name: string): string {
  return `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
`;
}

/** `kubernetes/autoscaling.yaml`, for a service of which there may be any number. */
export function autoscaling({ name }: DeployedService): string {
  return `# Delete this file where you say yourself how many there are.
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
`;
}

function environment(service: DeployedService): string {
  const { keepsFile, takesKeys, reloads, secrets } = service;
  const plain: readonly (readonly [string, string])[] = [
    ['HOST', '0.0.0.0'],
    ['PORT', '"8000"'],
    ...(keepsFile ? ([['SQLITE_PATH', '/data/data.sqlite']] as const) : []),
    ...(takesKeys ? ([['API_KEYS_FILE', '/etc/keys/api-keys.json']] as const) : []),
    // A file is read again when the secret is another; a variable stays as it was.
    ...(reloads ? secrets.map((variable) => [`${variable}_FILE`, `/etc/secrets/${variable}`] as const) : []),
  ];
  return plain.map(([variable, value]) => `            - name: ${variable}\n              value: ${value}\n`).join('');
}

interface Volume {
  readonly mount: string;
  readonly volume: string;
}

function volumes({ name, keepsFile, takesKeys, readsDocuments, reloads }: DeployedService): readonly Volume[] {
  return [
    { mount: mountOf('tmp', '/tmp'), volume: '        - name: tmp\n          emptyDir: {}\n' },
    ...(reloads ? [{ mount: mountOf('secrets', '/etc/secrets', true), volume: secretVolume('secrets', name) }] : []),
    ...(takesKeys ? [{ mount: mountOf('keys', '/etc/keys', true), volume: secretVolume('keys', `${name}-keys`) }] : []),
    ...(readsDocuments
      ? [
          {
            mount: mountOf('documents', '/service/documents', true),
            volume: `        - name: documents\n          persistentVolumeClaim:\n            claimName: ${name}-documents # yours\n`,
          },
        ]
      : []),
    ...(keepsFile ? [{ mount: mountOf('data', '/data'), volume: '' }] : []),
  ];
}

function mountOf(volume: string, path: string, isReadOnly = false): string {
  return `            - name: ${volume}\n              mountPath: ${path}\n${isReadOnly ? '              readOnly: true\n' : ''}`;
}

function secretVolume(volume: string, secret: string): string {
  return `        - name: ${volume}\n          secret:\n            secretName: ${secret}\n            defaultMode: 288 # 0440\n`;
}

const claim = `  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes:
          - ReadWriteOnce
        resources:
          requests:
            storage: 1Gi
`;
