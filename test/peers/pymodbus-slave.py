# A slave that we did not write (pymodbus): unit 1 with the registers of a JSON file.
# Arguments: port, framing (rtu or tcp), path of {"holding": {"533": 1}, "input": {}}.
import json
import sys

from pymodbus.datastore import (
    ModbusSequentialDataBlock,
    ModbusServerContext,
    ModbusSlaveContext,
)
from pymodbus.server import StartTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

port, framing, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with open(path, encoding="utf8") as file:
    content = json.load(file)


def block(registers):
    values = [0] * 0x1000
    for register, value in registers.items():
        values[int(register)] = value
    return ModbusSequentialDataBlock(0, values)


slave = ModbusSlaveContext(
    hr=block(content["holding"]), ir=block(content["input"]), zero_mode=True
)
StartTcpServer(
    context=ModbusServerContext(slaves={1: slave}, single=False),
    address=("127.0.0.1", port),
    framer=ModbusRtuFramer if framing == "rtu" else ModbusSocketFramer,
)
