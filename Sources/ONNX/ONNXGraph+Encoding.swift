import Protobuf

/// The Protocol Buffers messages of ONNX (onnx/onnx.proto). The numbers are those of its fields and
/// enumerations.
extension ONNXGraph {
  /// The graph as a GraphProto.
  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for node in nodes { message.append(1, node.message) }
    message.append(2, name)
    for constant in constants { message.append(5, constant.message) }
    for input in inputs { message.append(11, input.message) }
    for output in outputs { message.append(12, output.message) }
    return message
  }
}

/// The types of elements in TensorProto.
private enum ElementType {
  static let float = 1
  static let int64 = 7
}

extension ONNXGraph.Node {
  /// The node as a NodeProto. Its name is that of its first output.
  fileprivate var message: ProtobufMessage {
    var message = ProtobufMessage()
    for input in inputs { message.append(1, input) }
    for output in outputs { message.append(2, output) }
    message.append(3, outputs[0])
    message.append(4, operation)
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      message.append(5, value.message(named: name))
    }
    return message
  }
}

extension ONNXGraph.Attribute {
  /// Returns the attribute as an AttributeProto, whose field 20 is the type of its value.
  fileprivate func message(named name: String) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.append(1, name)
    switch self {
    case .number(let value):
      message.append(2, value)
      message.append(20, 1)
    case .integer(let value):
      message.append(3, value)
      message.append(20, 2)
    case .text(let value):
      message.append(4, value)
      message.append(20, 3)
    case .integers(let values):
      for value in values { message.append(8, value) }
      message.append(20, 7)
    }
    return message
  }
}

extension ONNXGraph.Constant {
  /// The constant as a TensorProto with raw data.
  fileprivate var message: ProtobufMessage {
    var message = ProtobufMessage()
    for size in shape { message.append(1, size) }
    switch elements {
    case .floats(let bytes):
      message.append(2, ElementType.float)
      message.append(8, name)
      message.append(9, bytes)
    case .integers(let values):
      message.append(2, ElementType.int64)
      message.append(8, name)
      message.append(9, values.flatMap { littleEndian(Int64($0)) })
    }
    return message
  }
}

extension ONNXGraph.Port {
  /// The port as a ValueInfoProto. The batch is an axis with a name in place of a size.
  fileprivate var message: ProtobufMessage {
    var batch = ProtobufMessage()
    batch.append(2, "batch")
    var axes = ProtobufMessage()
    axes.append(1, batch)
    for size in shape {
      var axis = ProtobufMessage()
      axis.append(1, size)
      axes.append(1, axis)
    }
    var tensor = ProtobufMessage()
    tensor.append(1, isInteger ? ElementType.int64 : ElementType.float)
    tensor.append(2, axes)
    var type = ProtobufMessage()
    type.append(1, tensor)
    var message = ProtobufMessage()
    message.append(1, name)
    message.append(2, type)
    return message
  }
}
