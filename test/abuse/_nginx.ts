/** A real nginx in front of the API, where one is installed. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '../../scripts/process/port.js'

export interface Nginx {
  readonly url: string
  stop(): Promise<void>
}

/** The command, or null where there is none. */
export function findNginx(): string | null {
  return (
    ['nginx', '/usr/sbin/nginx'].find((command) => spawnSync(command, ['-v']).status === 0) ?? null
  )
}

/** Starts it before the API at `upstream`; it keeps its connections to the API and streams bodies through. */
export async function startNginx(command: string, upstream: number): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-nginx-'))
  const port = await findFreePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log stderr crit; worker_processes 1;
     events { worker_connections 256; }
     http {
       access_log off; ${temporary} client_max_body_size 10m;
       upstream api { server 127.0.0.1:${upstream}; keepalive 8; }
       server {
         listen 127.0.0.1:${port};
         location / {
           proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";
           proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_request_buffering off;
         }
       }
     }`,
  )
  const child = spawn(command, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'close')
  const url = `http://127.0.0.1:${port}`
  while (!(await answers(url)) && child.exitCode === null) await new Promise(setImmediate)
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    ({ ok }) => ok,
    () => false,
  )
}
