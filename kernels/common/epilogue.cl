// The epilogue of a product or convolution. It runs in the same kernel to save a pass over memory.
// EPILOGUE chooses one; `aux` is its auxiliary operand:
//
//   OUTPUT     y = f(sum + bias) · mask   forward pass of a layer; aux is the bias, (columns)
//   GRADIENT   dx = sum · f'(x) · mask    data gradient, through the activation and the dropout
//                                         whose output is x; aux is x, with the shape of dx

#ifndef EPILOGUE_CL
#define EPILOGUE_CL

#ifndef EPILOGUE
#define EPILOGUE OUTPUT
#endif

#include "vector.cl"
#include "activation.cl"
#include "dropout.cl"

// A pointer into `aux` for a tile at an offset and a column.
#define AUX(aux, offset, column) CONCAT(aux_, EPILOGUE)(aux, offset, column)
#define aux_OUTPUT(aux, offset, column) ((aux) + (column))
#define aux_GRADIENT(aux, offset, column) ((aux) + (offset) + (column))

// The initial value of a sum; `aux` points at the column.
#define INITIAL(aux) CONCAT(initial_, EPILOGUE)(aux)
#define initial_OUTPUT(bias) LOAD(bias)
#define initial_GRADIENT(x) 0.0f

// The initial value of the sums of one channel; `aux` points at the channel.
#define INITIAL_SCALAR(aux) CONCAT(initial_scalar_, EPILOGUE)(aux)
#define initial_scalar_OUTPUT(bias) (*(bias))
#define initial_scalar_GRADIENT(x) 0.0f

// The result of a sum; `aux` points at its element.
#define FINISH(sum, aux, mask) CONCAT(finish_, EPILOGUE)(sum, aux, mask)
#define finish_OUTPUT(sum, bias, mask) (ACTIVATE(sum) * (mask))
#define finish_GRADIENT(sum, x, mask) ((sum) * MASKED_DERIVATIVE(LOAD(x)))

#endif
