/** Protobuf's wire format, in which ONNX and SentencePiece keep their models. Not exported. */
package io.tesserae.loaders.wire;
