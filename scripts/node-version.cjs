// Run before `npm start` and `npm test`. Written so that an old Node can still parse it, to say this:

var required = [20, 19]
var found = process.versions.node.split('.').map(Number)

if (found[0] < required[0] || (found[0] === required[0] && found[1] < required[1])) {
  console.error(
    'Claimcheck needs Node.js ' +
      required.join('.') +
      ' or newer, and this is ' +
      process.versions.node +
      '. Install Node.js 24 (or 22) from https://nodejs.org, then run npm ci and start again.',
  )
  process.exit(1)
}

if (found[0] < 22) {
  console.error(
    'Node.js ' +
      process.versions.node +
      ' works, but no longer gets security fixes: 22 or 24 is recommended.',
  )
}
