// The blind count 盲点: pieces by face value, Enter goes to the next field. What should be in the
// drawer is told only once the count is in, and the count cannot be taken back.

import { Alert, Button, Input } from 'antd'
import { type KeyboardEvent, useState } from 'react'
import type { Shift } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Money } from '../../ui/money.tsx'
import { yuanText } from '../../ui/money-text.ts'
import {
  FACES_FEN,
  type Face,
  type Pieces,
  perDenomination,
  piecesTyped,
  sumFen,
} from './denominations.ts'
import { useCountShift } from './shift-data.ts'
import styles from './shifts.module.css'

const faceName = (face: Face): string => yuanText(face).replace(/\.00$|0$/, '')

type FaceRowProps = {
  face: Face
  text: string
  first: boolean
  onText: (text: string) => void
}

const FaceRow = ({ face, text, first, onText }: FaceRowProps) => {
  const { say } = useText()
  return (
    <tr>
      <th scope="row">
        <label htmlFor={`face-${face}`}>{say('shift.face', { yuan: faceName(face) })}</label>
      </th>
      <td>
        <Input
          id={`face-${face}`}
          value={text}
          inputMode="numeric"
          autoComplete="off"
          autoFocus={first}
          onChange={(event) => onText(piecesTyped(event.target.value))}
        />
      </td>
      <td className={styles.amount}>
        <Money fen={face * Number(text)} />
      </td>
    </tr>
  )
}

/** Enter walks down the fields and ends on the button, which is then pressed by a hand. */
const walkDown = (event: KeyboardEvent<HTMLElement>) => {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
  event.preventDefault()
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button')]
  stops[stops.indexOf(event.target) + 1]?.focus()
}

type FacesProps = { pieces: Pieces; onPieces: (next: Pieces) => void }

const Faces = ({ pieces, onPieces }: FacesProps) => {
  const { say } = useText()
  return (
    <table className={styles.faces}>
      <thead>
        <tr>
          <th scope="col">{say('shift.faceValue')}</th>
          <th scope="col">{say('shift.pieces')}</th>
          <th scope="col" className={styles.amount}>
            {say('shift.amountYuan')}
          </th>
        </tr>
      </thead>
      <tbody>
        {FACES_FEN.map((face, index) => (
          <FaceRow
            key={face}
            face={face}
            first={index === 0}
            text={pieces[face] ?? ''}
            onText={(text) => onPieces({ ...pieces, [face]: text })}
          />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{say('shift.counted')}</th>
          <td />
          <td className={styles.amount} data-testid="counted">
            <Money fen={sumFen(pieces)} strong />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}

export const CountForm = ({ shift }: { shift: Shift }) => {
  const { say } = useText()
  const [pieces, setPieces] = useState<Pieces>({})
  const [asking, setAsking] = useState(false)
  const count = useCountShift(shift)
  const countedFen = sumFen(pieces)
  const submit = () => {
    if (!count.isPending) count.mutate({ countedFen, perDenomination: perDenomination(pieces) })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter moves among the fields inside.
    <div onKeyDown={walkDown} className={styles.count}>
      <Alert type="info" showIcon title={say('shift.blind')} />
      <Faces pieces={pieces} onPieces={setPieces} />
      <div>
        <Button type="primary" size="large" onClick={() => setAsking(true)}>
          {say('shift.doCount')}
        </Button>
      </div>
      <Confirm
        open={asking}
        title={say('shift.doCount')}
        confirmText={say('shift.doCount')}
        allowed
        busy={count.isPending}
        error={count.error}
        onConfirm={submit}
        onCancel={() => setAsking(false)}
      >
        <p>
          {say('shift.countSure')} <Money fen={countedFen} unit strong />
        </p>
      </Confirm>
    </div>
  )
}
