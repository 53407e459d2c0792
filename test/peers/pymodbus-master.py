# A master that we did not write (pymodbus), RTU over TCP. Arguments: port, unit, then questions:
# `r:<register>:<count>` reads holding registers, `w:<register>:<v>,<v>` writes them. One line of
# JSON for each: the registers, "ok", or the exception code as {"code": 2}.
import json
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer

port, unit = int(sys.argv[1]), int(sys.argv[2])
client = ModbusTcpClient("127.0.0.1", port=port, framer=ModbusRtuFramer, timeout=3)
client.connect()
for question in sys.argv[3:]:
    what, register, rest = question.split(":")
    if what == "r":
        answer = client.read_holding_registers(int(register), int(rest), slave=unit)
    else:
        values = [int(value) for value in rest.split(",")]
        answer = client.write_registers(int(register), values, slave=unit)
    if answer.isError():
        print(json.dumps({"code": getattr(answer, "exception_code", None)}))
    else:
        print(json.dumps(answer.registers if what == "r" else "ok"))
client.close()
