package io.tesserae.cli.run.agent;

import io.tesserae.cli.console.Suggestion;
import io.tesserae.examples.generalist.Environments;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of an environment, which a shell's completion offers too. */
final class EnvironmentName implements ITypeConverter<String>, Iterable<String> {

    @Override
    public String convert(String value) {
        if (!Environments.names().contains(value)) {
            throw new TypeConversionException("expected one of " + String.join(", ", Environments.names()) + ", found '"
                    + value + "'" + Suggestion.of(value, Environments.names()));
        }
        return value;
    }

    @Override
    public Iterator<String> iterator() {
        return Environments.names().iterator();
    }
}
