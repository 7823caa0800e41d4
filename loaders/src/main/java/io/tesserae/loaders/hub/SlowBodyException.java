package io.tesserae.loaders.hub;

import java.io.IOException;

/** An answer's body comes too slowly to be waited for. */
final class SlowBodyException extends IOException {

    private static final long serialVersionUID = 1;

    SlowBodyException(String message) {
        super(message);
    }
}
