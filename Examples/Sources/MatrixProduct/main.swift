// Computes y = tanh(x w + b) on the device, and compares the result with plain Swift.
//
//   swift run MatrixProduct
import Foundation
import GPUTensor

let (rows, inputs, outputs) = (100, 200, 300)
func numbers(_ count: Int, scale: Float) -> [Float] {
  (0..<count).map { scale * sin(Float($0)) }
}
let (x, w, b) = (
  numbers(rows * inputs, scale: 1), numbers(inputs * outputs, scale: 0.1),
  numbers(outputs, scale: 0.5)
)

// Arrays on the device are packed and row-major.
let context = try Context()
let xTensor = try Tensor(context, [rows, inputs], writing: x, label: "x")
let wTensor = try Tensor(context, [inputs, outputs], writing: w, label: "w")
let bias = try Tensor(context, [outputs], writing: b, label: "bias")
let y = Tensor(context, [rows, outputs], label: "y")

// A list of kernels is recorded once, and can run many times.
let list = CommandList(context)
list.gemmNN("product", xTensor, wTensor, epilogue: .output(bias: bias, .tanh, nil), into: y)
try list.run()

var largestError: Float = 0
for (index, value) in try y.floats().enumerated() {
  let (row, column) = (index / outputs, index % outputs)
  let sum = (0..<inputs).reduce(b[column]) { $0 + x[row * inputs + $1] * w[$1 * outputs + column] }
  largestError = max(largestError, abs(value - tanh(sum)))
}
print("\(context.device.name): \(rows)×\(outputs) elements, largest error \(largestError)")
exit(largestError < 1e-5 ? 0 : 1)
