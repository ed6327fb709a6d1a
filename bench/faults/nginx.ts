/** The nginx of docs/deploy, with its own file: TLS in front of two web processes and two of the API. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startChild } from '../../scripts/process/child.js'
import { findFreePort } from '../../scripts/process/port.js'
import { root } from '../../scripts/start/data-dir.js'

export interface Nginx {
  readonly webUrl: string
  readonly apiUrl: string
  /** Where the certificate of both is. */
  readonly certificate: string
  /** Listens; before, addresses and certificate are already known. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface Upstreams {
  readonly web: readonly [number, number]
  readonly api: readonly [number, number]
}

const program = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)

/** @throws Error where there is no nginx */
export async function prepareNginx({ web, api }: Upstreams): Promise<Nginx> {
  if (program === undefined) throw new Error('There is no nginx here.')
  const command = program
  const folder = mkdtempSync(join(tmpdir(), 'claimcheck-nginx-'))
  const certificate = join(folder, 'tls.crt')
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost']
  const names = ['-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', join(folder, 'tls.key'), '-out', certificate]
  execFileSync('openssl', [...request, ...names, ...files], { stdio: 'ignore' })
  const ports = [await findFreePort(), await findFreePort()] as const
  const moved = new Map<string, number>([
    ['127.0.0.1:3001', web[0]],
    ['127.0.0.1:3002', web[1]],
    ['127.0.0.1:8001', api[0]],
    ['127.0.0.1:8002', api[1]],
  ])
  let servers = readFileSync(join(root, 'docs/deploy/nginx.conf'), 'utf8')
    .replaceAll('/etc/claimcheck/', `${folder}/`)
    .replace('app.example.com', 'localhost')
    .replace('api.example.com', 'localhost')
    .replace('listen 443', `listen 127.0.0.1:${ports[0]}`)
    .replace('listen 443', `listen 127.0.0.1:${ports[1]}`)
  for (const [address, port] of moved) servers = servers.replace(address, `127.0.0.1:${port}`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `pid ${folder}/pid; daemon off; worker_processes 1; error_log ${folder}/error.log warn;
     events {} http { access_log off; ${temporary} ${servers} }`,
  )
  let child: Awaited<ReturnType<typeof startChild>> | undefined
  return {
    webUrl: `https://localhost:${ports[0]}`,
    apiUrl: `https://localhost:${ports[1]}`,
    certificate,
    async start() {
      const output = (chunk: string) => console.log(`  nginx: ${chunk}`)
      child = await startChild(command, ['-e', join(folder, 'error.log'), '-c', file], {
        cwd: folder,
        env: {},
        output,
      })
      for (const port of ports) await untilListens(port)
    },
    async stop() {
      await child?.stop(5000)
      const errors = readFileSync(join(folder, 'error.log'), 'utf8').split('\n')
      const kinds = errors.map((line) => line.replace(/^.*?\*\d+ /, '').replace(/, client.*/, ''))
      for (const kind of new Set(kinds.filter((line) => line !== '')))
        console.log(`  nginx: ${kind}`)
      await rm(folder, { recursive: true })
    },
  }
}

async function untilListens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('close', () => socket.destroy())
    })
    if (isThere) return
    await wait(50)
  }
  throw new Error(`Nothing listens on ${port}`)
}
