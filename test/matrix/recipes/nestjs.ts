/** A protected API on NestJS. */
import 'reflect-metadata'
import { Controller, Get, Module, Req } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { bearer } from 'claimcheck/express'
import type { Request } from 'express'
import { verifier } from './verifier.js'

@Controller('api')
class MeController {
  @Get('me')
  me(@Req() request: Request) {
    return { subject: request.identity.subject }
  }
}

@Module({ controllers: [MeController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] })
app.use('/api', bearer(verifier))
await app.listen(Number(process.env.PORT ?? 8000), '127.0.0.1')
console.log(`Listening at ${await app.getUrl()}`)
