package io.tesserae.training.saving;

import java.io.IOException;

/** Writing failed, at this file. */
final class SavingFailure extends IOException {

    private static final long serialVersionUID = 1L;

    /** Empty where no file had been begun. */
    private final String file;

    SavingFailure(String file, IOException cause) {
        super(cause);
        this.file = file;
    }

    String file() {
        return file;
    }
}
