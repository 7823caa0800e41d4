package io.tesserae.pipelines;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Between packages, arrows point one way: Pipelines, kinds, drawing, schedule, task. And none has more files than one can look over. */
@AnalyzeClasses(packages = "io.tesserae.pipelines", importOptions = ImportOption.DoNotIncludeTests.class)
class PackagesTest {

    private static final int MOST_FILES = 30;

    @ArchTest
    static final ArchRule NO_CIRCLES =
            slices().matching("io.tesserae.(pipelines..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOTHING_NEEDS_THE_FACTORIES = ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("io.tesserae.pipelines.*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tesserae.pipelines");

    @ArchTest
    static final ArchRule KINDS_DO_NOT_KNOW_EACH_OTHER = slices().matching("io.tesserae.pipelines.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    com.tngtech.archunit.base.DescribedPredicate.alwaysTrue(),
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                            "io.tesserae.pipelines.drawing",
                            "io.tesserae.pipelines.task",
                            "io.tesserae.pipelines.schedule"))
            // Where a word comes from is asked of whoever wrote it.
            .ignoreDependency(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                            "io.tesserae.pipelines.attention", "io.tesserae.pipelines.attention.mixed"),
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                            "io.tesserae.pipelines.generation"));

    @Test
    void noPackageIsLargerThanOneCanLookOver() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            Map<String, Long> large = files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(
                            file -> file.getParent().toString(), TreeMap::new, Collectors.counting()));
            large.values().removeIf(count -> count <= MOST_FILES);
            assertEquals(Map.of(), large);
        }
    }
}
