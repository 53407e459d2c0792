// The frame around every page 外框: menu at the left; complex, live state, language and operator at
// the top; the log-in dialog when the session has lapsed; and the one live connection.

import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation } from '@tanstack/react-router'
import { Result } from 'antd'
import { lazy, Suspense, useEffect } from 'react'
import { useText } from '../../text/i18n.ts'
import { ZoneProvider } from '../../ui/zone.ts'
import { alarmsChanged } from '../alarms/alarm-data.ts'
import { EscalatedBanner } from '../alarms/bell.tsx'
import { useMay, useSessionState } from '../api/session-store.ts'
import { fetchBoard } from '../board/board-data.ts'
import { useComplexOrNull } from '../complex.tsx'
import { listenTo } from '../live/live.ts'
import { ConfirmIdentityDialog } from '../login/confirm-identity.tsx'
import { LapsedDialog } from '../login/lapsed-dialog.tsx'
import { PasswordPage } from '../login/password-page.tsx'
import { PrintProvider } from '../receipt/print.tsx'
import { Header } from './header.tsx'
import { IdleWarning } from './idle-warning.tsx'
import { InsecureBanner } from './insecure-banner.tsx'
import { LiveBanner } from './live-banner.tsx'
import { Menu } from './menu.tsx'
import { PasswordBanner } from './password-banner.tsx'
import styles from './shell.module.css'
import { Loading } from './states.tsx'

// Few ever see it, and it draws pictures: fetched when it is needed.
const TotpPage = lazy(async () => ({ default: (await import('../login/totp-page.tsx')).TotpPage }))

const useLiveConnection = (complexId: number | null) => {
  const client = useQueryClient()
  useEffect(() => {
    if (complexId === null) return
    return listenTo(complexId, {
      // A board nobody is looking at is fetched when it is opened again.
      fetchBoard: () => void fetchBoard(client, complexId),
      onAlarm: () => alarmsChanged(client),
      onPurchase: (purchaseId) => {
        void client.invalidateQueries({ queryKey: ['purchase', purchaseId] })
        void client.invalidateQueries({ queryKey: ['purchases'] })
      },
      onReadRound: (readRoundId) => {
        void client.invalidateQueries({ queryKey: ['round', readRoundId] })
        void client.invalidateQueries({ queryKey: ['rounds'] })
      },
      onGateway: () => void client.invalidateQueries({ queryKey: ['gateways'] }),
    })
  }, [complexId, client])
}

const FirstComplex = lazy(async () => ({
  default: (await import('../setup/first-complex.tsx')).FirstComplex,
}))

/** An empty system is set up by whoever may; others have been given no complex yet. */
const WithoutComplex = () => {
  const { say } = useText()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const mayMake = useMay('register.edit')
  // What is a person's own needs no complex.
  if (path === '/me') return <Outlet />
  if (!mayMake) return <Result status="403" title={say('app.noComplex')} />
  return (
    <Suspense fallback={<Loading />}>
      <FirstComplex />
    </Suspense>
  )
}

const Frame = () => {
  const { say } = useText()
  const complex = useComplexOrNull()
  // What comes live is of the board: who lets people in or reads the log has no such line.
  const live = useMay('board.view')
  useLiveConnection(live ? (complex?.complexId ?? null) : null)
  return (
    <ZoneProvider value={complex?.zone ?? 'Asia/Shanghai'}>
      <a href="#page" className={styles.skip}>
        {say('app.skip')}
      </a>
      <div className={styles.shell}>
        <Menu hasComplex={complex !== null} />
        <div className={styles.main}>
          <Header />
          <InsecureBanner />
          <LiveBanner />
          <PasswordBanner />
          <EscalatedBanner />
          <main id="page" className={styles.page} tabIndex={-1}>
            {complex ? (
              <PrintProvider>
                <Outlet />
              </PrintProvider>
            ) : (
              <WithoutComplex />
            )}
          </main>
        </div>
      </div>
      <IdleWarning />
      <LapsedDialog />
      <ConfirmIdentityDialog />
    </ZoneProvider>
  )
}

export const Shell = () => {
  const { session } = useSessionState()
  if (session?.operator.mustChangePassword) return <PasswordPage />
  if (!session?.operator.mustSetUpTotp) return <Frame />
  return (
    <Suspense fallback={<Loading />}>
      <TotpPage />
    </Suspense>
  )
}
