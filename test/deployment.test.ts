/** The files of docs/deploy are ones that the programs they are for accept. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEnv as readApiEnv } from '../apps/api/src/env.js'
import { readEnv as readWebEnv } from '../apps/web/src/env.js'
import { root } from './_imports.js'

const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)
const hasTools = nginx !== undefined && spawnSync('openssl', ['version']).status === 0
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0
if (!hasSystemd) console.log('The units of docs/deploy are not verified: no systemd-analyze here.')
if (!hasTools) console.log('docs/deploy/nginx.conf is not tested: no nginx and openssl here.')

describe('docs/deploy', () => {
  it.runIf(hasTools)('docs/deploy/nginx.conf is accepted by nginx', () => {
    expect(check((text) => text)).toMatch(/test is successful/)
  })

  it.runIf(hasTools)('docs/deploy/nginx.conf with a slip in it is not accepted', () => {
    expect(check((text) => text.replace('proxy_pass', 'proxy_past'))).toMatch(/unknown directive/)
  })

  it.each([
    ['claimcheck-api.service', 'apps/api', 'dist/src/main.js'],
    ['claimcheck-web.service', 'apps/web', 'dist/main.js'],
  ])('docs/deploy/%s starts what npm start starts', (file, folder, program) => {
    const unit = readFileSync(join(root, 'docs/deploy', file), 'utf8')
    const { scripts } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    expect(scripts.start).toContain(program)
    expect(unit).toContain(`WorkingDirectory=/srv/claimcheck/${folder}\n`)
    expect(unit).toMatch(new RegExp(`^ExecStart=\\S+node ${program}$`, 'm'))
  })

  it.runIf(hasSystemd).each(['claimcheck-api.service', 'claimcheck-web.service'])(
    'docs/deploy/%s is accepted by systemd, and with a slip in it is not',
    (file) => {
      expect(verifyUnit(file, (text) => text)).toBe('')
      expect(verifyUnit(file, (text) => text.replace('TimeoutStopSec', 'TimeoutStopSecs'))).toMatch(
        /Unknown key/,
      )
    },
  )

  it.each([
    ['apps/api', 'dist/src/main.js', '8000'],
    ['apps/web', 'dist/main.js', '3000'],
  ])(
    '%s/Containerfile starts what npm start starts, of what it has copied',
    (folder, program, port) => {
      const file = readFileSync(join(root, folder, 'Containerfile'), 'utf8')
      expect(file).toContain(`CMD ["node", "${program}"]`)
      expect(file).toMatch(new RegExp(`^WORKDIR /srv/claimcheck/${folder}$`, 'm'))
      expect(file).toMatch(new RegExp(`^EXPOSE ${port}$`, 'm'))
      for (const [, copied = ''] of file.matchAll(/claimcheck\/(apps\/\S+|packages\/\S+)/g)) {
        const isBuilt = /\/(dist|\.next)$/.test(copied)
        expect(isBuilt || existsSync(join(root, copied)), copied).toBe(true)
      }
    },
  )

  it('docs/deploy/compose.yaml sets only what the apps read, from what its example names', () => {
    const compose = readFileSync(join(root, 'docs/deploy/compose.yaml'), 'utf8')
    const example = readFileSync(join(root, 'docs/deploy/compose.env.example'), 'utf8')
    const given = new Set([...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name))
    const asked = new Set([...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name))
    expect(given).toEqual(asked)
    for (const app of ['web', 'api']) {
      const read = readFileSync(join(root, 'apps', app, 'src/env.ts'), 'utf8')
      const [, service = ''] = compose.split(`\n  ${app}:\n`)
      const [own = ''] = service.split(/\n(?: {2}\w|\w)/)
      const names = [...own.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name)
      expect(names.length).toBeGreaterThan(8)
      expect(names.filter((name) => !read.includes(`${name}: `))).toEqual([])
    }
    for (const [, file = ''] of compose.matchAll(/dockerfile: (\S+)/g)) {
      expect(existsSync(join(root, file))).toBe(true)
    }
    expect(readComposed('api', readApiEnv)).toMatchObject({
      host: '0.0.0.0',
      port: 8000,
      allowHttp: true,
      jwksUrl: 'http://web:3000/api/auth/jwks',
      owner: { variable: 'MIGRATIONS_DATABASE_URL' },
      stopPause: 2_000,
    })
    expect(readComposed('web', readWebEnv)).toMatchObject({
      host: '0.0.0.0',
      port: 3000,
      apiInternalUrl: 'http://api:8000',
      redisUrl: 'redis://redis:6379',
      mail: { from: 'Claimcheck <hello@example.com>' },
      stopPause: 2_000,
    })
    const shell = join(root, 'docs/deploy/compose-databases.sh')
    expect(spawnSync('sh', ['-n', shell]).status).toBe(0)
  })
})

/** What an app makes of the variables that it has in its container. */
function readComposed<Env>(
  app: 'api' | 'web',
  readEnv: (variables: Readonly<Record<string, string>>) => Env,
): Env {
  const read = (file: string) => readFileSync(join(root, file), 'utf8')
  const given = Object.fromEntries(
    [...read('docs/deploy/compose.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(
      ([, name, value]) => [name, value || 'a1b2c3d4'.repeat(6)],
    ),
  )
  const [, image = ''] = /^ENV (.*PORT=.*)$/m.exec(read(`apps/${app}/Containerfile`)) ?? []
  const [, service = ''] = read('docs/deploy/compose.yaml').split(`\n  ${app}:\n`)
  const [own = ''] = service.split(/\n(?: {2}\w|\w)/)
  const composed = [...own.matchAll(/^ {6}([A-Z_]+): "?([^"\n]*)"?$/gm)].map(
    ([, name, value = '']) => [
      name,
      value.replace(/\$\{([A-Z_]+)[^}]*\}/g, (_, variable: string) => given[variable] ?? ''),
    ],
  )
  const built = image.split(' ').map((pair) => pair.split('='))
  return readEnv(Object.fromEntries([...built, ...composed]))
}

/** What systemd says of a unit, with a Node.js that is there; nothing, where it is content. */
function verifyUnit(name: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'claimcheck-unit-'))
  try {
    const file = join(folder, name)
    const unit = readFileSync(join(root, 'docs/deploy', name), 'utf8')
    writeFileSync(file, change(unit.replace('/usr/bin/node', process.execPath)))
    const { stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
    // It looks at the units of the machine that this one wants as well, which are not ours.
    return stderr
      .split('\n')
      .filter((line) => line.includes(name))
      .join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What nginx says of the file, with a certificate made for the test. */
function check(change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'claimcheck-nginx-'))
  try {
    const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')]
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=example.com']
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
    const servers = readFileSync(join(root, 'docs/deploy/nginx.conf'), 'utf8')
      .replaceAll('/etc/claimcheck/', `${folder}/`)
      .replaceAll('listen 443', 'listen 127.0.0.1:8443')
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join(' ')
    const file = join(folder, 'nginx.conf')
    const around = `pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary}`
    writeFileSync(file, `${around}\n${change(servers)}\n}\n`)
    return spawnSync(String(nginx), ['-t', '-c', file], { encoding: 'utf8' }).stderr
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
