package io.tesserae.cli;

import io.tesserae.kernel.Kernels;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

    /** As the module descriptor or the jar says. */
    static String ofTesserae() {
        return Optional.ofNullable(Version.class.getModule().getDescriptor())
                .flatMap(java.lang.module.ModuleDescriptor::rawVersion)
                .orElse("(development)");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "tesserae " + ofTesserae(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                    + ", " + Kernels.best().description()
        };
    }
}
