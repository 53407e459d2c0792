// A tenant's phone 电话: masked, until somebody who may asks for the whole number; the log keeps
// that he did.

import { Button } from 'antd'
import type { ShownPhone } from '../../../http/contract/privacy.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { useMay } from '../api/session-store.ts'

export const Phone = ({ account }: { account: Account }) => {
  const { say } = useText()
  const mayShow = useMay('phone.show')
  const { accountId, phoneMasked } = account
  const show = useAct<undefined, ShownPhone>(`/accounts/${accountId}/phone`, {
    renews: [['history', accountId]],
  })
  if (phoneMasked === null) return '—'
  if (show.data) return show.data.phone ?? '—'
  return (
    <>
      {phoneMasked}{' '}
      {mayShow ? (
        <Button
          size="small"
          title={say('account.showPhoneHint')}
          loading={show.isPending}
          onClick={() => show.mutate(undefined)}
        >
          {say('account.showPhone')}
        </Button>
      ) : null}
      {show.error ? <ProblemAlert error={show.error} /> : null}
    </>
  )
}
