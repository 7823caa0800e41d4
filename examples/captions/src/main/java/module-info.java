/** An example: sentences about pictures, printed as they are written. Not part of the product. */
module io.tesserae.examples.captions {
    requires io.tesserae.pipelines;
}
