// One broker and the gateways that are reached through it 消息代理与网关: messages find their gateway by
// topic; what the broker kept for us while we were away waits until its gateway is set up.

import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../ports/clock.ts'
import type { MqttEvents, MqttGrant, MqttLine, MqttMessage, MqttUsers } from '../../ports/mqtt.ts'
import type { LinkClosed } from '../../ports/net.ts'
import type { MqttDialect } from './link.ts'
import { acrelDomesticDialect } from './mqtt-acrel-domestic.ts'
import { acrelOverseasDialect } from './mqtt-acrel-overseas.ts'
import type { Dialect } from './mqtt-dialect.ts'
import { GONE, type MqttGateway } from './mqtt-gateway.ts'
import { prewattDialect } from './mqtt-prewatt.ts'

export const DIALECTS: Readonly<Record<MqttDialect, Dialect>> = {
  prewatt: prewattDialect,
  'acrel-domestic': acrelDomesticDialect,
  'acrel-overseas': acrelOverseasDialect,
}

/** After a start, gateways are set up one after the other; their messages may come before. */
const SETTING_UP_MS = 60_000

const samePassword = (a: Buffer, b: Buffer): boolean =>
  a.length > 0 && a.length === b.length && timingSafeEqual(a, b)

export class MqttExchange {
  readonly gateways = new Map<string, MqttGateway>()
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #line: MqttLine
  #waiting: (() => void)[] = []
  #isUp = false
  #stopped = false
  #fault: LinkClosed | null = null

  constructor(clock: Clock, open: (events: MqttEvents, users: MqttUsers) => MqttLine) {
    this.#clock = clock
    this.#startedAt = clock.mono()
    this.#line = open(
      {
        message: (message) => this.#route(message),
        up: () => this.#up(),
        down: (why) => this.#down(why),
        left: (user) => this.gateways.get(user)?.gone(GONE),
      },
      {
        admit: (user, password) => this.#admit(user, password),
        grantOf: (user) => this.gateways.get(user)?.grant ?? null,
      },
    )
  }

  /** Why the broker can't be reached; null while it can, or while nothing is known yet. */
  get fault(): LinkClosed | null {
    return this.#fault
  }
  get line(): MqttLine {
    return this.#line
  }

  add(gateway: MqttGateway): void {
    const { sn, dialect } = gateway.deps
    this.gateways.set(sn, gateway)
    for (const { filter, qos } of dialect.filters(sn)) this.#line.subscribe(filter, qos)
    for (const go of this.#waiting.splice(0)) go()
  }

  /**
   * What its topics bring stays with the broker until the gateway is set up again, here or by
   * another process; the subscription is given up only if a message finds nobody.
   */
  remove(gateway: MqttGateway): void {
    if (this.gateways.get(gateway.deps.sn) === gateway) this.gateways.delete(gateway.deps.sn)
    gateway.gone(GONE)
  }

  stop(): Promise<void> {
    this.#stopped = true
    for (const go of this.#waiting.splice(0)) go()
    return this.#line.stop()
  }

  #up(): void {
    this.#isUp = true
    this.#fault = null
  }

  #down(why: LinkClosed): void {
    if (this.#stopped) return
    const news = this.#isUp || this.#fault === null
    this.#isUp = false
    this.#fault = why
    for (const gateway of [...this.gateways.values()]) {
      if (gateway.present) gateway.gone(why)
      else if (news) for (const events of [...gateway.buses.values()]) events.down(why)
    }
  }

  #admit(user: string, password: Buffer): MqttGrant | null {
    const gateway = this.gateways.get(user)
    const own = gateway?.deps.password
    return gateway && own && samePassword(own, password) ? gateway.grant : null
  }

  #gatewayOf(topic: string): { gateway: MqttGateway } | { nobody: string[] } {
    const nobody: string[] = []
    for (const dialect of Object.values(DIALECTS)) {
      const sn = dialect.snOf(topic)
      if (sn === null) continue
      const gateway = this.gateways.get(sn)
      if (gateway?.deps.dialect === dialect) return { gateway }
      nobody.push(...dialect.filters(sn).map(({ filter }) => filter))
    }
    return { nobody }
  }

  async #route(message: MqttMessage): Promise<void> {
    for (;;) {
      if (this.#stopped) throw new Error('stopped')
      const found = this.#gatewayOf(message.topic)
      if ('gateway' in found) return found.gateway.take(message)
      const leftMs = this.#startedAt + SETTING_UP_MS - this.#clock.mono()
      if (leftMs <= 0) {
        for (const filter of found.nobody) this.#line.unsubscribe(filter)
        return
      }
      await this.#another(leftMs)
    }
  }

  /** Resolves when another gateway has been set up, or the time for it is over. */
  #another(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(withinMs, resolve)
      this.#waiting.push(() => {
        cancel()
        resolve()
      })
    })
  }
}
