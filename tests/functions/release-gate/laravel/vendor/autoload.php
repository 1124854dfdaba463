<?php
// What the gate's question calls of Laravel, and nothing else of it.
namespace Illuminate\Contracts\Console;

interface Kernel
{
    public function bootstrap();
}
