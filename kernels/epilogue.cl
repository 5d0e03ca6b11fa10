// What follows a product in its own kernel, so that it costs no pass over memory. EPILOGUE names it:
//
//   OUTPUT     y = f(sum + bias) · mask    of a layer's forward pass; `aside` is the bias, (columns)
//   GRADIENT   dx = sum · f'(x) · mask     of its data gradient, through the activation and the dropout
//                                          whose output x was; `aside` is x, as long as dx

#ifndef EPILOGUE_CL
#define EPILOGUE_CL

#ifndef EPILOGUE
#define EPILOGUE OUTPUT
#endif

#include "vector.cl"
#include "activation.cl"
#include "dropout.cl"

// Where a tile at an offset and a column begins in `aside`.
#define ASIDE(aside, offset, column) CONCAT(aside_, EPILOGUE)(aside, offset, column)
#define aside_OUTPUT(aside, offset, column) ((aside) + (column))
#define aside_GRADIENT(aside, offset, column) ((aside) + (offset) + (column))

// What a sum begins with, where `aside` points at the tile's column.
#define FIRST(aside) CONCAT(first_, EPILOGUE)(aside)
#define first_OUTPUT(bias) LOAD(bias)
#define first_GRADIENT(x) 0.0f

// What becomes of a sum, where `aside` points at its element.
#define FINISH(sum, aside, mask) CONCAT(finish_, EPILOGUE)(sum, aside, mask)
#define finish_OUTPUT(sum, bias, mask) (ACTIVATE(sum) * (mask))
#define finish_GRADIENT(sum, x, mask) ((sum) * MASKED_DERIVATIVE(LOAD(x)))

#endif
