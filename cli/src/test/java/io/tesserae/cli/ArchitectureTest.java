package io.tesserae.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of the command line, and what may know what. */
class ArchitectureTest {

    private static final String ROOT = "io.tesserae.cli";

    private static final Path SOURCES = Path.of("src", "main", "java");

    private static final int MOST_FILES = 30;

    /** A sealed type and the types that it permits name each other: that is what sealed means. */
    private static final Set<String> LOADED_MODELS = Set.of(
            "LoadedModel",
            "TextModel",
            "CausalModel",
            "ImageModel",
            "PictureTextModel",
            "InterleavedModel",
            "ArrayModel",
            "StreamingModel",
            "EpisodeModel");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void noPackagesGoInACircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void noFilesGoInACircle() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        JavaClass file = type;
                        while (file.getEnclosingClass().isPresent()) {
                            file = file.getEnclosingClass().get();
                        }
                        return LOADED_MODELS.contains(file.getSimpleName())
                                ? SliceIdentifier.of("LoadedModel")
                                : SliceIdentifier.of(file.getName());
                    }

                    @Override
                    public String getDescription() {
                        return "the files of the command line";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void aPackageCanBeReadAtAGlance() throws IOException {
        for (Path folder : folders()) {
            try (Stream<Path> files = Files.list(folder)) {
                long count = files.filter(Files::isRegularFile).count();
                assertEquals(Math.min(count, MOST_FILES), count, folder + ": too many files");
            }
        }
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> found = Files.walk(SOURCES)) {
            return found.filter(Files::isDirectory).toList();
        }
    }
}
