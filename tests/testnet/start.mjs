// A real Bluesky server on loopback: `node start.mjs plc` is the directory of identities (kept in
// memory), `node start.mjs pds` the server that holds accounts and posts.
// env: PLC_PORT; PDS_PORT, PDS_DATA (its folder)
//      PDS_RATE_LIMITS_ENABLED=true, PDS_RATE_LIMIT_BYPASS_KEY, PDS_REDIS_SCRATCH_ADDRESS, PDS_INVITE_REQUIRED, LOG_ENABLED=1
//      LOOPBACK_HOSTS=app.example.org,ngo.example.org  names that resolve to 127.0.0.1 (https: set NODE_EXTRA_CA_CERTS too)
//      LOOPBACK_TXT=/path/txt.json  {"_atproto.ngo.example.org": "did=did:plc:..."}, re-read at every query
import { mkdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import dns from 'node:dns'
import path from 'node:path'
import { createRequire, syncBuiltinESMExports } from 'node:module'

process.env.LOG_ENABLED ??= '0'
process.env.NODE_ENV ??= 'test'
const onLoopback = (app) => { const listen = app.listen.bind(app); app.listen = (port) => listen(port, '127.0.0.1') }

// no egress: a name is on loopback or does not resolve
const local = new Set(['localhost', ...(process.env.LOOPBACK_HOSTS ?? '').split(',').filter(Boolean)])
const nx = (name) => Object.assign(new Error(`ENOTFOUND ${name} (loopback only)`), { code: 'ENOTFOUND' })
dns.lookup = (name, opts, cb) => {
  if (typeof opts === 'function') [opts, cb] = [{}, opts]
  if (!local.has(name) && !net.isIP(name)) return process.nextTick(cb, nx(name))
  const address = net.isIP(name) ? name : '127.0.0.1', family = net.isIP(address)
  process.nextTick(() => opts?.all ? cb(null, [{ address, family }]) : cb(null, address, family))
}
dns.promises.resolveTxt = async (name) => {
  const txt = process.env.LOOPBACK_TXT && JSON.parse(readFileSync(process.env.LOOPBACK_TXT, 'utf8'))[name]
  if (!txt) throw nx(name)
  return [[txt]]
}
syncBuiltinESMExports()

const require = createRequire(import.meta.url)
const { PlcServer, Database } = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets, readEnv } = await import('@atproto/pds')

const plcPort = Number(process.env.PLC_PORT)
const pdsPort = Number(process.env.PDS_PORT)

const startPlc = async () => {
  const plc = PlcServer.create({ db: Database.mock(), port: plcPort })
  onLoopback(plc.app)
  await plc.start()
  return plc
}

const startPds = async () => {
  const data = process.env.PDS_DATA
  mkdirSync(path.join(data, 'blobs'), { recursive: true })
  const env = {
    ...readEnv(),
    port: pdsPort,
    hostname: 'localhost',                       // -> publicUrl http://localhost:PORT, handles *.test
    devMode: true,                               // http:// + loopback allowed (no SSRF guard), responses validated
    inviteRequired: process.env.PDS_INVITE_REQUIRED === 'true',
    dataDirectory: data,
    blobstoreDiskLocation: path.join(data, 'blobs'),
    blobstoreDiskTmpLocation: path.join(data, 'blobs-tmp'),
    didPlcUrl: `http://localhost:${plcPort}`,
    plcRotationKeyK256PrivateKeyHex: '11'.repeat(32),   // test-only secrets
    jwtSecret: 'test-only-jwt-secret',
    dpopSecret: '22'.repeat(32),
    adminPassword: 'admin-pass',
    // no AppView here: app.bsky.* reads proxied to it will fail; com.atproto.* is all local
    bskyAppViewUrl: process.env.PDS_BSKY_APP_VIEW_URL,
    bskyAppViewDid: process.env.PDS_BSKY_APP_VIEW_DID,
  }
  const pds = await PDS.create(envToCfg(env), envToSecrets(env))
  onLoopback(pds.app)
  await pds.start()
  return pds
}

const server = await (process.argv[2] === 'plc' ? startPlc() : startPds())
const stop = async () => { await server.destroy(); process.exit(0) }
process.once('SIGTERM', stop).once('SIGINT', stop)
