package io.tesserae.cli;

import io.tesserae.engine.Engine;
import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

    /** As the module descriptor or the jar says. */
    static String ofTesserae() {
        return Optional.ofNullable(Version.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(Version.class.getPackage().getImplementationVersion()))
                .orElse("(development)");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "tesserae " + ofTesserae(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                    + ", " + Engine.shared().description()
        };
    }
}
