// The shape of a two-dimensional convolution, from maps x to maps y. Maps are (image, row, column,
// channel), weights [kh][kw][ci][co].

#ifndef CONV2D_SHAPE_CL
#define CONV2D_SHAPE_CL

#ifndef HEIGHT
#define HEIGHT 14  // rows of x
#endif
#ifndef WIDTH
#define WIDTH 14  // columns of x
#endif
#ifndef OUT_HEIGHT
#define OUT_HEIGHT 14  // rows of y
#endif
#ifndef OUT_WIDTH
#define OUT_WIDTH 14  // columns of y
#endif
#ifndef CI
#define CI 64  // channels of x
#endif
#ifndef CO
#define CO 128  // channels of y
#endif
#ifndef KERNEL
#define KERNEL 3  // rows and columns of taps, K
#endif
#ifndef STRIDE
#define STRIDE 1  // S
#endif
#ifndef PADDING
#define PADDING 1  // rows and columns of zeros around x, P
#endif

#define X_IMAGE (HEIGHT * WIDTH * CI)          // floats in an image of x
#define Y_IMAGE (OUT_HEIGHT * OUT_WIDTH * CO)  // floats in an image of y

#endif
