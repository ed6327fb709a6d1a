/** The command line: finds the command, and turns its end into an exit code. */
import { type Command, UsageError } from './command.js'
import { doctor } from './doctor/doctor.js'
import { inspect } from './inspect.js'
import { type ExitCode, exitCodes, type Io } from './io.js'

const commands: readonly Command[] = [inspect, doctor]

/** Runs the command that the arguments name. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.print(help)
    return name === undefined ? exitCodes.usage : exitCodes.good
  }
  const command = commands.find((each) => each.name === name)
  if (command === undefined) {
    io.complain(`There is no such command.\n\n${help}`)
    return exitCodes.usage
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.print(command.help)
    return exitCodes.good
  }
  try {
    return await command.run(rest, io)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.complain(`${error.message}\n\n${command.help}`)
    return exitCodes.usage
  }
}

const help = `claimcheck: tokens that any API can check by itself

${commands.map(({ name, summary }) => `  claimcheck ${name.padEnd(10)} ${summary}`).join('\n')}

  claimcheck COMMAND --help says more about each.`
